import { appendAudit, createAudit } from '../../../core/audit';
import { createKernel, openPool, type DatabaseConfig } from '../../../core/db';
import { serve } from '../../support/processes';

/** What the process is to do for so long: append rows and seal, over and over. */
export interface Sealing {
	readonly config: DatabaseConfig;
	readonly name: string;
	readonly milliseconds: number;
}

/** Appends and seals side by side, as a busy process does; says how many rows it sealed. */
serve(async ({ config, name, milliseconds }: Sealing) => {
	const kernel = createKernel(openPool(config));
	const audit = createAudit(kernel);
	const until = Date.now() + milliseconds;
	let sealed = 0;
	const append = async (lane: number): Promise<void> => {
		for (let index = 0; Date.now() < until; index++) {
			await kernel.transaction(async (trx) => {
				for (const part of [1, 2, 3]) {
					const details = { index, part };
					await appendAudit(trx, kernel, { actor: `${name}.${lane}`, action: 'row.made', details });
				}
			});
		}
	};
	const seal = async (): Promise<void> => {
		while (Date.now() < until) {
			sealed += await audit.seal();
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};
	await Promise.all([append(1), append(2), seal()]);
	return sealed;
});
