import { join } from 'node:path';
import { createAudit } from '../../../core/audit';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { startProcess, type TestProcess } from '../../support/processes';
import type { Sealing } from './sealing.process';

type Sealer = TestProcess<Sealing, number>;
const start = (): Sealer => startProcess(join(__dirname, 'sealing.process.ts'));

interface Row {
	actor: string;
	chain_seq: number | null;
	details: string;
	epoch: number;
	seq: number;
}

/** Every row is in the chain once, in the order in which its process wrote it, and whole transactions together. */
async function expectWhole(database: TestDatabase): Promise<number> {
	const kernel = database.kernel();
	await createAudit(kernel).seal();
	const report = await createAudit(kernel).verify();
	expect(report).toMatchObject({ ok: true, fault: null, unsealed: { rows: 0 } });
	const rows: Row[] = await kernel.conn('audit').orderBy('chain_seq');
	expect(rows.map((row) => row.chain_seq)).toEqual(rows.map((_, index) => index + 1));
	const next = new Map<string, string>();
	for (const { actor, details } of rows) {
		const { index, part } = JSON.parse(details);
		expect(details).toBe(next.get(actor) ?? JSON.stringify({ index: 0, part: 1 }));
		next.set(actor, JSON.stringify(part < 3 ? { index, part: part + 1 } : { index: index + 1, part: 1 }));
	}
	for (const left of next.values()) expect(JSON.parse(left)).toMatchObject({ part: 1 });
	const order = (row: Row): number[] => [row.epoch, row.seq];
	const sorted = [...rows].sort((a, b) => a.epoch - b.epoch || a.seq - b.seq);
	expect(rows.map(order)).toEqual(sorted.map(order));
	return rows.length;
}

describeDatabases('sealing', (open) => {
	it('by two processes that append as well makes one chain, in the order of the transactions', async () => {
		const database = await open();
		const [one, two] = [start(), start()];
		let working = true;
		const sealing = Promise.all(
			[one, two].map(async (each, index) => each.ask({ config: database.config, name: `p${index}`, milliseconds: 1_200 })),
		).finally(() => {
			working = false;
		});
		// Whoever looks meanwhile never sees a fault that is none.
		while (working) {
			expect(await createAudit(database.kernel()).verify()).toMatchObject({ ok: true, fault: null });
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		const sealed = await sealing;
		await Promise.all([one.kill(), two.kill()]);
		expect(sealed.every((count) => count > 0)).toBe(true);
		expect(await expectWhole(database)).toBeGreaterThan(60);
	});

	it('goes on where a killed process was, without a gap and without a double', async () => {
		const database = await open();
		for (const [round, wait] of [40, 150, 333, 700].entries()) {
			const process = start();
			await process.ask({ config: database.config, name: `warm${round}`, milliseconds: 1 });
			const dying = process.ask({ config: database.config, name: `r${round}`, milliseconds: 5_000 });
			dying.catch(() => {});
			await new Promise((resolve) => setTimeout(resolve, wait));
			await process.kill();
			await expect(dying).rejects.toThrow('has ended');
		}
		// The server of PostgreSQL notices a moment later that a client is gone.
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(await expectWhole(database)).toBeGreaterThan(10);
	});
});
