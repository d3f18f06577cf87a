import { createKernel, openPool, type DatabaseConfig } from '../../../core/db';
import { serve } from '../../support/processes';

/** Reads a counter and writes it back one higher, `times` times, each in a transaction. */
serve(async ({ config, times }: { config: DatabaseConfig; times: number }) => {
	const kernel = createKernel(openPool(config));
	for (let index = 0; index < times; index++) {
		await kernel.transaction(async (trx) => {
			const row: { version: number } = await trx('trading_latch').forUpdate().first();
			await trx('trading_latch').update({ version: row.version + 1 });
		});
	}
	return times;
});
