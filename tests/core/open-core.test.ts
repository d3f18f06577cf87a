import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCore, readiness, type Core, type CoreConfig } from '../../core';
import { writeSetting } from '../../core/db';
import { freePort } from '../support/global-setup';
import { createPostgresDatabase, dropPostgresDatabase } from '../support/postgres';
import { startProcess } from '../support/processes';
import { runs } from '../support/runs';

const ROUNDS = runs(3, 0.1);
const encryptionKey = 'a key of an installation that tests open';

const dialects = (['sqlite', 'postgres'] as const).filter(
	(dialect) => (process.env['FIRECONTROL_TEST_DATABASES'] ?? dialect) === dialect,
);

describe.each(dialects)('openCore (%s)', (dialect) => {
	const cleanUp: (() => Promise<void>)[] = [];
	afterAll(async () => {
		for (const step of cleanUp.reverse()) await step();
	});

	/** An empty database: no schema yet. */
	async function empty(): Promise<CoreConfig> {
		if (dialect === 'postgres') {
			const connectionString = await createPostgresDatabase();
			cleanUp.push(async () => dropPostgresDatabase(connectionString));
			return { database: { client: 'postgres', connectionString }, encryptionKey };
		}
		const folder = mkdtempSync(join(tmpdir(), 'firecontrol-open-'));
		cleanUp.push(async () => rmSync(folder, { recursive: true, force: true }));
		return { database: { client: 'sqlite', file: join(folder, 'deep', 'new.sqlite') }, encryptionKey };
	}

	async function open(config: CoreConfig): Promise<Core> {
		const core = await openCore(config);
		cleanUp.push(async () => core.close());
		return core;
	}

	it('makes the schema, the operator and fresh equity, and says how ready it is', async () => {
		const core = await open(await empty());
		const operator = await core.members.get('operator');
		expect(operator).toMatchObject({ tier: 'OPERATOR', accounts: [{ kind: 'paper', equity: '10000' }] });
		expect(await readiness(core)).toEqual({ migrated: true, engineHeartbeatAgeMs: null, quotesFresh: true });
		await core.engine.tick();
		const ready = await readiness(core);
		expect(ready.engineHeartbeatAgeMs).toBeLessThan(5_000);
	});

	it('gives the same core again, also to callers at the same time', async () => {
		const config = await empty();
		const [first, second] = await Promise.all([openCore(config), open(config)]);
		expect(second).toBe(first);
		expect(await openCore({ ...config })).toBe(first);
	});

	it('opens anew after it was closed, and finds what was there', async () => {
		const config = await empty();
		const first = await openCore(config);
		await first.members.upsert({ handle: 'kept', actor: 'operator' });
		await first.close();
		const second = await open(config);
		expect(second).not.toBe(first);
		expect(await second.members.get('kept')).not.toBeNull();
	});

	it('keeps the seed of the demo market that the installation began with', async () => {
		const config = await empty();
		const first = await openCore({ ...config, demoSeed: 7 });
		await first.close();
		const second = await open({ ...config, demoSeed: 8 });
		const third = await open({ ...(await empty()), demoSeed: 8 });
		const at = async (core: Core) => (await core.kernel.conn('settings').where({ name: 'demo_seed' }).first()).value;
		expect([await at(second), await at(third)]).toEqual(['7', '8']);
	});

	it('is opened by three processes at once on an empty database', async () => {
		const processes = [0, 1, 2].map(() =>
			startProcess<{ config: CoreConfig; at: number }, { operators: number; holder: string }>(
				join(__dirname, 'open.process.ts'),
			),
		);
		try {
			const warm = await empty();
			await Promise.all(processes.map(async (each) => each.ask({ config: warm, at: 0 })));
			for (let round = 0; round < ROUNDS; round++) {
				const config = await empty();
				const at = Date.now() + 30;
				const answers = await Promise.all(processes.map(async (each) => each.ask({ config, at })));
				expect(answers.map((answer) => answer.operators)).toEqual([1, 1, 1]);
				expect(new Set(answers.map((answer) => answer.holder)).size).toBe(3);
			}
		} finally {
			await Promise.all(processes.map(async (each) => each.kill()));
		}
	});

	it('puts on record which rules are in force, and that they changed', async () => {
		const config = await empty();
		const first = await openCore(config);
		const version = first.kernel.rules.version;
		const [stated] = await first.audit.list({ action: 'policy.*', limit: 9 });
		expect(stated).toMatchObject({ action: 'policy.in_force', subjectId: version, policyVersion: version });
		expect(JSON.parse(stated?.detailsText ?? '')).toEqual({ before: null, policy: first.kernel.rules.policy });
		const { policy } = first.kernel.rules;
		await writeSetting(first.kernel.conn, 'policy', { ...policy, risk: { ...policy.risk, rewardRiskMin: 2.5 } }, 1);
		await first.close();
		const second = await openCore(config);
		const rows = await second.audit.list({ action: 'policy.*', limit: 9 });
		expect(rows.map(({ action }) => action)).toEqual(['policy.changed', 'policy.in_force']);
		expect(JSON.parse(rows[0]?.detailsText ?? '')).toMatchObject({ before: version, policy: { risk: { rewardRiskMin: 2.5 } } });
		await second.close();
		const third = await openCore(config);
		expect(await third.audit.list({ action: 'policy.*', limit: 9 })).toHaveLength(2);
		await third.close();
	});

	it('refuses a policy that is not valid, again and again', async () => {
		const config = await empty();
		const core = await openCore(config);
		await writeSetting(core.kernel.conn, 'policy', { tiers: {} }, 1);
		await core.close();
		await expect(openCore(config)).rejects.toMatchObject({ code: 'POLICY_INVALID' });
		await expect(openCore(config)).rejects.toMatchObject({ code: 'POLICY_INVALID' });
	});

	it('refuses another encryption key than the database was made with', async () => {
		const config = await empty();
		const core = await open(config);
		const other = { ...config, encryptionKey: 'another' };
		await expect(openCore(other)).rejects.toMatchObject({ code: 'SEALING_KEY_WRONG' });
		expect(await core.members.get('operator')).not.toBeNull();
	});
});

describe('openCore', () => {
	it('refuses SQLite in queue mode and names the way out', async () => {
		const file = join(tmpdir(), 'never-made.sqlite');
		const config: CoreConfig = { database: { client: 'sqlite', file }, encryptionKey, queueMode: true };
		await expect(openCore(config)).rejects.toMatchObject({
			code: 'SQLITE_IN_QUEUE_MODE',
			message: expect.stringContaining('PostgreSQL'),
		});
	});

	it('asks for the encryption key', async () => {
		const config: CoreConfig = { database: { client: 'sqlite', file: ':memory:' }, encryptionKey: '' };
		await expect(openCore(config)).rejects.toMatchObject({ code: 'ENCRYPTION_KEY_MISSING' });
	});

	it('says that the database is not there, and tries again at the next call', async () => {
		const connectionString = `postgresql://nobody:secret-word@127.0.0.1:${await freePort()}/none`;
		const config: CoreConfig = { database: { client: 'postgres', connectionString }, encryptionKey };
		for (let attempt = 0; attempt < 2; attempt++) {
			const error: unknown = await openCore(config).catch((thrown: unknown) => thrown);
			expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true });
			expect(String(error)).not.toContain('secret-word');
		}
	});

	it('says that the file is no database', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'firecontrol-open-'));
		const file = join(folder, 'poem.sqlite');
		writeFileSync(file, 'roses are red\n'.repeat(500));
		const config: CoreConfig = { database: { client: 'sqlite', file }, encryptionKey };
		await expect(openCore(config)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
		rmSync(folder, { recursive: true, force: true });
	});
});
