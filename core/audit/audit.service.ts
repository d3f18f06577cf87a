import type { Kernel } from '../db';
import { followChain, type AuditEntry, type ChainCheck, type ChainHead } from './audit';
import { chainAfter, listAudit, type AuditFilter } from './audit.queries';
import { lockHead, readHead, sealEntries, unsealed } from './audit.repository';

const SEAL_BATCH = 200;
const VERIFY_BATCH = 1_000;

/** The audit trail: who did what, in a chain that shows tampering. */
export interface Audit {
	/** Seals what is not sealed yet and says how many entries that were. Safe in several processes. */
	seal(): Promise<number>;
	/** Follows the whole chain and finds a changed, removed or inserted entry. */
	verify(): Promise<ChainCheck>;
	/** Newest first. */
	list(filter: AuditFilter): Promise<AuditEntry[]>;
}

async function sealBatch(kernel: Kernel): Promise<number> {
	return kernel.transaction(async (trx) => {
		const head = await lockHead(trx);
		const entries = await unsealed(trx, SEAL_BATCH);
		if (entries.length > 0) await sealEntries(trx, head, entries);
		return entries.length;
	});
}

/** Whether the end of the chain is where, and what, the table of the last link says. */
function checkEnd(link: ChainHead, head: ChainHead): ChainCheck {
	if (head.chainSeq < link.chainSeq) return { ok: false, brokenAt: head.chainSeq + 1 };
	if (head.chainSeq > link.chainSeq) return { ok: false, brokenAt: link.chainSeq + 1 };
	if (head.hash !== link.hash) return { ok: false, brokenAt: Math.max(1, link.chainSeq) };
	return { ok: true, sealed: link.chainSeq };
}

async function verify(kernel: Kernel): Promise<ChainCheck> {
	let link: ChainHead = { chainSeq: 0, hash: '' };
	let after = Number.MIN_SAFE_INTEGER;
	for (;;) {
		const before = await readHead(kernel.conn);
		const entries = await chainAfter(kernel.conn, after, VERIFY_BATCH);
		const next = followChain(link, entries);
		if (typeof next === 'number') return { ok: false, brokenAt: next };
		link = next;
		after = link.chainSeq;
		if (entries.length === VERIFY_BATCH) continue;
		const head = await readHead(kernel.conn);
		// Sealed while we looked: take the new links too.
		if (head.chainSeq !== before.chainSeq) continue;
		return checkEnd(link, head);
	}
}

export function createAudit(kernel: Kernel): Audit {
	return {
		async seal() {
			let sealed = 0;
			for (;;) {
				const count = await sealBatch(kernel);
				sealed += count;
				if (count < SEAL_BATCH) return sealed;
			}
		},
		verify: async () => verify(kernel),
		list: async (filter) => listAudit(kernel.conn, filter),
	};
}
