import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAPER_FAULT_PROFILES, readPaperWish } from '../../../../core/exchange';
import { beat } from '../../../../core/db';
import { describeDatabases, START } from '../../../support/databases';
import { testCore } from '../../../support/core';

describe('what can be simulated', () => {
	it.each([
		[{ model: 'perfect' }, 'model'],
		[{ seed: -1 }, 'seed'],
		[{ seed: 1.5 }, 'seed'],
		[{ other: 1 }, ''],
		[{ profile: { feePercent: 2 } }, 'profile.feePercent'],
		[{ profile: { feePercent: -0.1 } }, 'profile.feePercent'],
		[{ profile: { slippageFactor: 0 } }, 'profile.slippageFactor'],
		[{ profile: { latencyMedianMs: 0 } }, 'profile.latencyMedianMs'],
		[{ profile: { rejectPercents: { rms: 51 } } }, 'profile.rejectPercents.rms'],
		[{ profile: { hours: { from: 0, to: 60, days: [] } } }, 'profile.hours.days'],
		[{ profile: { hours: { from: 0, to: 60, days: [8] } } }, 'profile.hours.days.0'],
		[{ profile: { faults: [{ kind: 'delay' }] } }, 'profile.faults.0.seconds'],
		[{ profile: { faults: [{ kind: 'fire' }] } }, 'profile.faults.0.kind'],
		[{ profile: { faults: [{ kind: 'drop', percent: 101 }] } }, 'profile.faults.0.percent'],
		[{ profile: { faults: [{ kind: 'outage', seconds: 60, everySeconds: 60 }] } }, 'profile.faults.0.everySeconds'],
		['realistic', ''],
	])('refuses %j and names %s', (wish, path) => {
		expect(() => readPaperWish(wish)).toThrow(expect.objectContaining({ code: 'PAPER_PROFILE_INVALID' }));
		try {
			readPaperWish(wish);
		} catch (error) {
			expect(String((error as Error).message)).toContain(path === '' ? 'cannot be simulated' : `${path}: `);
		}
	});

	it.each(Object.keys(PAPER_FAULT_PROFILES))('the fault profile %s can be', (name) => {
		const faults = PAPER_FAULT_PROFILES[name as keyof typeof PAPER_FAULT_PROFILES];
		expect(readPaperWish({ profile: { faults: [...faults] } })).toEqual({ profile: { faults } });
	});
});

describeDatabases('simulation of a paper account', (open) => {
	const upsert = (core: ReturnType<typeof testCore>['core'], paperAccount: object) =>
		core.members.upsert({ handle: 'ana', tier: 'OPERATOR', paperAccount, actor: 'operator:test' });

	test('is simple unless wished otherwise; the seeded operator’s is realistic', async () => {
		const { core } = testCore(await open());
		const { accounts } = await upsert(core, {});
		await core.members.seedOperator();
		const rows = await core.kernel.conn('paper_accounts').orderBy('opened_at');
		const [own, operator] = rows.map(({ account_id, model }) => [account_id === accounts[0]?.id, model]);
		expect([own, operator]).toEqual([[true, 'simple'], [false, 'realistic']]);
	});

	test('a new account takes what new ones have, one that exists keeps its own', async () => {
		const database = await open();
		const { core } = testCore(database);
		const row = async () => core.kernel.conn('paper_accounts').first();
		const isNew = { simulationIfNew: { model: 'realistic', seed: 3 } };
		await upsert(core, { ...isNew, simulation: { seed: 4, profile: { feePercent: 0.2 } } });
		expect(await row()).toMatchObject({ model: 'realistic', seed: 4, profile: '{"feePercent":0.2}', model_at: START });
		await upsert(core, isNew);
		expect(await row()).toMatchObject({ seed: 4 });
		database.clock.advance(1_000);
		const faults = { simulation: { profile: { faults: [{ kind: 'drop', percent: 5 }] } } };
		await upsert(core, faults);
		await upsert(core, faults);
		expect(await row()).toMatchObject({ model: 'realistic', profile: '{"feePercent":0.2,"faults":[{"kind":"drop","percent":5}]}', model_at: START });
		await upsert(core, { simulation: { model: 'simple' } });
		expect(await row()).toMatchObject({ model: 'simple', model_at: START + 1_000 });
		const entries = await core.kernel.conn('audit').where({ action: 'account.paper_model_changed' });
		expect(entries).toHaveLength(2);
		expect(entries[0]).toMatchObject({ actor: 'operator:test' });
	});

	test('what cannot be simulated makes no account', async () => {
		const { core } = testCore(await open());
		for (const [wish, code] of [
			[{ simulation: { model: 'perfect' } }, 'PAPER_PROFILE_INVALID'],
			[{ quoteSource: 'ccxt:paper' }, 'QUOTE_SOURCE_UNKNOWN'],
			[{ quoteSource: 'ccxt:nowhere' }, 'QUOTE_SOURCE_UNKNOWN'],
			[{ quoteSource: 'ccxt:nonsense.sandbox' }, 'QUOTE_SOURCE_UNKNOWN'],
			[{ quoteSource: 'file:may' }, 'REPLAY_FOLDER_MISSING'],
			[{ quoteSource: 'file:../may' }, 'MEMBER_INVALID'],
		] as const) {
			await expect(upsert(core, wish)).rejects.toMatchObject({ code });
		}
		expect(await core.kernel.conn('accounts')).toEqual([]);
		expect(await core.members.get('ana')).toBeNull();
	});

	test('a source of prices that is not there is named with those that are', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'recordings-'));
		const { core } = testCore(await open(), { replayFolder: folder });
		await expect(upsert(core, { quoteSource: 'file:nothere' })).rejects.toThrow(`there is none in ${folder}`);
		await mkdir(join(folder, 'june'));
		await mkdir(join(folder, 'may-2026'));
		await writeFile(join(folder, 'notes.txt'), '');
		await expect(upsert(core, { quoteSource: 'file:nothere' })).rejects.toThrow(
			'There are no prices from "file:nothere". Use "demo"; one of these venues after "ccxt:": binance, binanceusdm, bybit, coinbase, kraken, okx; or one of these recordings after "file:": june, may-2026.',
		);
		await expect(upsert(core, { quoteSource: 'ccxt:nonsense' })).rejects.toThrow('There are no prices from "ccxt:nonsense"');
		expect(await core.kernel.conn('accounts')).toEqual([]);
		const made = await upsert(core, { quoteSource: 'file:june' });
		expect(made.accounts).toMatchObject([{ venue: 'paper@file:june' }]);
		await rm(folder, { recursive: true });
	});

	test('the source of its prices is its venue, and stays', async () => {
		const { core } = testCore(await open());
		const made = await upsert(core, { quoteSource: 'ccxt:binance' });
		expect(made.accounts).toMatchObject([{ venue: 'paper@ccxt:binance', kind: 'paper' }]);
		await expect(upsert(core, { quoteSource: 'demo' })).rejects.toMatchObject({
			code: 'MEMBER_INVALID', message: expect.stringContaining('paper@ccxt:binance'),
		});
		await upsert(core, { quoteSource: 'ccxt:binance' });
		expect(await core.kernel.conn('accounts')).toHaveLength(1);
	});
});

describeDatabases('fees of a paper account', (open) => {
	test('are what the gate reckons with, and what the fills cost', async () => {
		const { core, submit, run, market } = testCore(await open(), { sleep: async () => {} });
		const member = async (handle: string, feePercent: number) => {
			const simulation = { model: 'simple', profile: { feePercent } };
			await core.members.upsert({
				handle, tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 1, paperAccount: { simulation }, actor: 'operator',
			});
		};
		await member('dear', 0.5);
		await member('free', 0);
		await beat(core.kernel.conn, { name: 'engine', at: START, state: 'ok', detail: null });
		const steps = await run(await submit({ members: ['dear', 'free'], stop_loss: market.away('BTC/USDT', -1), take_profit: market.away('BTC/USDT', 9) }));
		const risks = steps.map(({ verdict }) => Number(verdict.intent?.risk));
		expect(risks[0]).toBeGreaterThan((risks[1] ?? 0) * 1.5);
		const [dear, free] = await Promise.all(
			steps.map(async ({ verdict }) => core.kernel.conn('fills').where({ account_id: verdict.accountId }).first()),
		);
		expect(Number(free?.fee)).toBe(0);
		expect(Number(dear?.fee)).toBeCloseTo(Number(dear?.price) * Number(dear?.quantity) * 0.005, 6);
	});
});
