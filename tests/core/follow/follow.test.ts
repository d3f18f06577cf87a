import type { SignalId } from '../../../core/model';
import { describeDatabases } from '../../support/databases';
import { testCore, type TestCore, type TestMember } from '../../support/core';

const SENDER = { keyName: 'test', scopes: ['submit'] as const };
const READER = { keyName: 'test', scopes: ['submit', 'read'] as const };

type Body = Record<string, any>;

describeDatabases('follow', (open) => {
	async function stage(): Promise<TestCore & { member1: TestMember }> {
		const on = testCore(await open());
		await on.ticks(1);
		return { ...on, member1: await on.member() };
	}

	async function followed(on: TestCore, id: `sig_${string}`, reader: typeof SENDER | typeof READER = READER) {
		const status = await on.core.follow.status(id, reader);
		if (status === null) throw new Error('404');
		return { signal: status.signal as Body, accounts: status.accounts as Body[] };
	}

	it('answers the sender with verdict, ticket and order states, and no more', async () => {
		const on = await stage();
		const id = await on.submit({ symbol: 'BTC/USDT', members: [on.member1.handle], note: 'hello' });
		await on.run(id);
		const { signal, accounts } = await followed(on, id, SENDER);
		expect(signal).toMatchObject({ id, symbol: 'BTC/USDT', note: 'hello', received_at: '2026-11-20T10:00:01.000Z' });
		expect(accounts).toHaveLength(1);
		const [account] = accounts;
		expect(account).toMatchObject({
			account: on.member1.accountId,
			verdict: { decision: 'PASS', policy_version: expect.stringMatching(/^pol_/) },
			verdict_history: [],
			ticket: { state: 'FIRED', mode: 'FULL_AUTO' },
			orders: [{ state: 'FILLED', leg: 'entry' }],
		});
		for (const check of account?.verdict.checks ?? []) {
			expect(Object.keys(check).sort()).toEqual(['check', 'code', 'limit', 'message', 'observed', 'result']);
			expect(typeof check.code).toBe('string');
		}
		expect(Object.keys(account ?? {}).sort()).toEqual(['account', 'orders', 'ticket', 'verdict', 'verdict_history']);
		expect(account?.orders[0]).not.toHaveProperty('fills');
	});

	it('does not tell the sender whose account it is', async () => {
		const on = await stage();
		const id = await on.submit({ symbol: 'BTC/USDT' });
		await on.run(id);
		const { accounts } = await followed(on, id);
		expect(accounts).toHaveLength(1);
		expect(JSON.stringify(accounts)).not.toContain(on.member1.handle);
		expect(JSON.stringify(accounts)).not.toContain('mbr_');
	});

	it('answers a reader with history, fills and the outcome so far', async () => {
		const on = await stage();
		const id = await on.submit({ symbol: 'BTC/USDT', members: [on.member1.handle] });
		await on.run(id);
		const { accounts } = await followed(on, id);
		const [order] = accounts[0]?.orders ?? [];
		expect(order.history.map((step: Body) => step.to)).toEqual(['SUBMITTING', 'SUBMITTED', 'FILLED']);
		expect(order.fills).toMatchObject([{ side: 'buy', quantity: order.quantity, fee_currency: 'USDT' }]);
		expect(accounts[0]).toMatchObject({
			outcome: { state: 'OPEN', net: null, exit_reason: null, currency: 'USDT' },
			xp: [],
			alerts: [],
		});
	});

	it('shows the exits of the trade, also those that another signal made', async () => {
		const on = await stage();
		const opening = await on.submit({ symbol: 'BTC/USDT', members: [on.member1.handle] });
		await on.run(opening);
		await on.ticks(1);
		const closing = await on.submit({ symbol: 'BTC/USDT', action: 'close', members: [on.member1.handle] });
		await on.run(closing);
		const [first, second] = [await followed(on, opening), await followed(on, closing)];
		expect(first.accounts[0]?.orders.map((order: Body) => order.leg)).toEqual(['entry', 'close']);
		expect(second.accounts[0]?.orders.map((order: Body) => order.leg)).toEqual(['close']);
		for (const { accounts } of [first, second]) {
			expect(accounts[0]?.outcome).toMatchObject({ state: 'CLOSED', exit_reason: 'source_close' });
		}
		expect(first.accounts[0]?.outcome.net).toMatch(/^-\d/);
	});

	it('shows the way of a queued ticket, with the later verdict first', async () => {
		const on = await stage();
		const member = await on.member({ autoSlots: 1 });
		const ids: SignalId[] = [];
		for (const symbol of ['BTC/USDT', 'ETH/USDT']) {
			ids.push(await on.submit({ symbol, members: [member.handle] }));
			await on.run(ids.at(-1) ?? 'sig_');
		}
		on.market.lift('BTC/USDT');
		await on.core.orders.closePosition({
			accountId: member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		});
		await on.ticks(2);
		const [account] = (await followed(on, ids[1] ?? 'sig_')).accounts;
		expect(account?.ticket.history.map((step: Body) => step.state)).toEqual(['QUEUED', 'FIRED']);
		expect(account?.verdict.purpose).toMatch(/^fire:tkt_.*:1$/);
		expect(account?.verdict_history).toMatchObject([{ purpose: 'intake' }]);
	});

	it('keeps the accounts of a signal apart', async () => {
		const on = await stage();
		const other = await on.member({ fireMode: 'MANUAL' });
		const id = await on.submit({ symbol: 'BTC/USDT', members: [on.member1.handle, other.handle] });
		await on.run(id);
		const { accounts } = await followed(on, id);
		expect(accounts.map((account) => [account['account'], account['ticket'].state, account['orders'].length]).sort()).toEqual([
			[on.member1.accountId, 'FIRED', 1],
			[other.accountId, 'HELD', 0],
		].sort());
	});

	it('has one entry without account where nobody was eligible', async () => {
		const on = await stage();
		const id = await on.submit({ symbol: 'BTC/USDT', members: ['nobody-has-this-handle'] });
		await on.run(id);
		const { accounts } = await followed(on, id);
		expect(accounts).toMatchObject([
			{ account: null, verdict: { decision: 'BLOCK', code: 'NO_ELIGIBLE_ACCOUNT' }, ticket: null, orders: [], outcome: null },
		]);
	});

	it('has no accounts before the signal was judged', async () => {
		const on = await stage();
		const id = await on.submit({ symbol: 'BTC/USDT', members: [on.member1.handle] });
		expect((await followed(on, id)).accounts).toEqual([]);
	});

	it('knows no signal of another key, no unknown one, and no reader without a scope', async () => {
		const on = await stage();
		const id = await on.submit({ symbol: 'BTC/USDT', members: [on.member1.handle] });
		expect(await on.core.follow.status(id, { keyName: 'other', scopes: ['submit', 'read'] })).toBeNull();
		expect(await on.core.follow.status('sig_unknown', READER)).toBeNull();
		expect(await on.core.follow.status(id, { keyName: 'test', scopes: ['fire'] })).toBeNull();
	});
});
