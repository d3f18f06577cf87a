import {
	beat,
	listHeartbeats,
	readHeartbeat,
	readSetting,
	settleSetting,
	writeSetting,
} from '../../../core/db';
import { describeDatabases } from '../../support/databases';

describeDatabases('settings and heartbeats', (open) => {
	it('keep the last value written', async () => {
		const { conn } = (await open()).pool;
		expect(await readSetting(conn, 'demo')).toBeNull();
		await writeSetting(conn, 'demo', { seed: 1, names: ['a'] }, 1);
		await writeSetting(conn, 'demo', { seed: 2, names: [] }, 2);
		expect(await readSetting(conn, 'demo')).toEqual({ seed: 2, names: [] });
	});

	it('settled by several at once, all get the same one', async () => {
		const { conn } = (await open()).pool;
		const settled = await Promise.all(
			[1, 2, 3, 4].map(async (value) => settleSetting(conn, 'key', value, value)),
		);
		expect(new Set(settled).size).toBe(1);
		expect(await settleSetting(conn, 'key', 9, 9)).toBe(settled[0]);
	});

	it('of a job is its last sign of life', async () => {
		const { conn } = (await open()).pool;
		expect(await readHeartbeat(conn, 'engine')).toBeNull();
		await beat(conn, { name: 'engine', at: 1, state: 'ok', detail: null });
		await beat(conn, { name: 'job:b', at: 1, state: 'ok', detail: null });
		await beat(conn, { name: 'engine', at: 2, state: 'failing', detail: 'no quotes' });
		const engine = { name: 'engine', at: 2, state: 'failing', detail: 'no quotes' };
		expect(await readHeartbeat(conn, 'engine')).toEqual(engine);
		expect((await listHeartbeats(conn)).map(({ name }) => name)).toEqual(['engine', 'job:b']);
	});
});
