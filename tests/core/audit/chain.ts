import { appendAudit, createAudit, type Audit } from '../../../core/audit';
import type { Kernel } from '../../../core/db';
import type { TestDatabase } from '../../support/databases';

/** Appends one entry an action, in one transaction. */
export async function append(kernel: Kernel, ...actions: string[]): Promise<void> {
	await kernel.transaction(async (trx) => {
		for (const action of actions) {
			await appendAudit(trx, kernel, {
				actor: 'operator',
				action,
				subjectId: 'mbr_1',
				correlationId: 'sig_1',
				memberId: 'mbr_1',
				accountId: 'acc_1',
				details: { action, amount: '0.1' },
			});
		}
	});
}

/** What keeps the table from being changed: an intruder who owns the database takes it away first. */
export async function dropGuards({ kernel: make, dialect }: TestDatabase): Promise<void> {
	const { conn } = make();
	const at = dialect === 'postgres' ? ' on audit' : '';
	await conn.raw(`drop trigger if exists audit_kept${at}`);
	await conn.raw(`drop trigger if exists audit_written${at}`);
}

/** A chain of these actions in a database whose guards are gone; used again and again. */
export class OpenChain {
	readonly kernel: Kernel;
	readonly audit: Audit;

	private constructor(private readonly database: TestDatabase) {
		this.kernel = database.kernel();
		this.audit = createAudit(this.kernel);
	}

	static async of(database: TestDatabase): Promise<OpenChain> {
		await dropGuards(database);
		return new OpenChain(database);
	}

	async begin(...actions: string[]): Promise<void> {
		const { conn } = this.kernel;
		await conn('audit').delete();
		await conn('audit_checkpoints').delete();
		await conn('audit_head').update({ chain_seq: 0, hash: '', base_seq: 0, base_hash: '' });
		await append(this.kernel, ...actions);
		await this.audit.seal();
	}

	get dialect(): string {
		return this.database.dialect;
	}
}
