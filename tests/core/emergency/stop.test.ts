import { createAudit } from '../../../core/audit';
import { memberActor } from '../../../core/emergency';
import { MINUTE, SECOND, type MemberId } from '../../../core/model';
import { upsertIssue, settleIssue } from '../../../core/orders';
import { findAccount } from '../../../core/members';
import { listOpenTrips, trip } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';
import { everything, OPERATOR, stageOn, unrefused, type Stage } from './stage';

const HALF_HOUR = 30 * MINUTE;
const acting = (by: MemberId) => ({ by, actor: memberActor(by) });

async function flattenAsked({ emergency }: Stage, rest = {}) {
	const asked = unrefused(await emergency.trip(everything({ state: 'FLATTENING', ...rest })));
	if (asked.kind !== 'asks') throw new Error('It did not ask.');
	return asked;
}

async function stopped({ emergency }: Stage, rest = {}) {
	const done = unrefused(await emergency.trip(everything(rest)));
	if (done.kind !== 'stopped') throw new Error('It did not stop.');
	return done;
}

describeDatabases('stopping', (open) => {
	it.each(['PAUSED', 'REDUCING'] as const)('%s is one press, and a second press of the same person stops once', async (state) => {
		const stage = await stageOn(await open());
		const first = await stopped(stage, { state });
		expect(first).toMatchObject({ already: false, impact: null, trip: { state, cause: 'person', rearm: 'hand', openedBy: 'operator' } });
		expect(await stopped(stage, { state })).toMatchObject({ already: true, trip: { id: first.trip.id } });
		// Another person's stop stands for itself.
		const other = await stopped(stage, { state, actor: 'operator:two' });
		expect(other).toMatchObject({ already: false });
		expect(await listOpenTrips(stage.trading.kernel.conn)).toHaveLength(2);
	});

	it('flattening shows its impact, asks once, and acts with the confirmation', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		await trading.enter({ quantity: '0.01' });
		await trading.enter({ symbol: 'SOL/USDT', quantity: '1', type: 'limit', price: 140, stop: 130, targets: [[170, 1]] });
		const asked = await flattenAsked(stage);
		expect(asked.impact).toEqual({
			accounts: 1, positions: 1, workingOrders: 1, notional: [{ currency: 'USDT', amount: expect.stringMatching(/^600\.\d+$/) }],
		});
		expect(asked.confirmation.expiresAt).toBe(trading.database.clock.now() + 5 * MINUTE);
		expect(await listOpenTrips(trading.kernel.conn)).toEqual([]);
		const confirm = { id: asked.confirmation.id, phrase: '', ...OPERATOR };
		const done = unrefused(await emergency.confirm(confirm));
		expect(done).toMatchObject({ kind: 'stopped', already: false, trip: { state: 'FLATTENING' } });
		expect(await emergency.confirm(confirm)).toMatchObject({ code: 'CONFIRMATION_USED' });
		expect(await listOpenTrips(trading.kernel.conn)).toHaveLength(1);
		const trail = (await createAudit(trading.kernel).list({ limit: 99 })).map(({ action }) => action);
		expect(trail).toEqual(expect.arrayContaining(['flatten.asked', 'trip.opened']));
	});

	it('a confirmation counts for five minutes, for whoever asked or an operator', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const { clock } = trading.database;
		const other = await trading.addMember('other', 'FANG');
		const own = { scope: 'member', scopeId: trading.memberId } as const;
		const asked = await flattenAsked(stage, own);
		const id = asked.confirmation.id;
		const foreign = { id, phrase: '', ...acting(other.memberId) };
		expect(await emergency.confirm(foreign)).toMatchObject({ code: 'CONFIRMATION_FOREIGN' });
		expect(await emergency.confirm({ ...foreign, id: 'cnf_none' })).toMatchObject({ code: 'CONFIRMATION_UNKNOWN' });
		clock.advance(5 * MINUTE - 1);
		const last = await flattenAsked(stage, own);
		clock.advance(1);
		expect(await emergency.confirm({ id, phrase: '', ...OPERATOR })).toMatchObject({ code: 'CONFIRMATION_EXPIRED' });
		clock.advance(5 * MINUTE - 2);
		unrefused(await emergency.confirm({ id: last.confirmation.id, phrase: '', by: null, actor: 'operator:two' }));
	});

	it('an automation of an operator flattens in one step with the phrase, and with no other', async () => {
		const stage = await stageOn(await open());
		const wrong = await stage.emergency.trip(everything({ state: 'FLATTENING', phrase: 'FLATTEN' }));
		expect(wrong).toMatchObject({ code: 'FLATTEN_PHRASE', message: expect.stringContaining('FLATTEN NOW') });
		expect(await listOpenTrips(stage.trading.kernel.conn)).toEqual([]);
		const done = await stopped(stage, { state: 'FLATTENING', phrase: ' FLATTEN NOW ' });
		expect(done).toMatchObject({ trip: { state: 'FLATTENING' }, impact: { positions: 0, notional: [] } });
		// While it is LOCKED the same wish finds it.
		await stage.emergency.flattenStep();
		const again = await stopped(stage, { state: 'FLATTENING', phrase: 'FLATTEN NOW' });
		expect(again).toMatchObject({ already: true, trip: { id: done.trip.id, state: 'LOCKED' } });
	});

	it.each<[object, string]>([
		[{ scope: 'account' }, 'STOP_INVALID'],
		[{ scope: 'account', scopeId: 'acc_none' }, 'STOP_INVALID'],
		[{ scope: 'account_symbol', scopeId: 'acc_none', symbol: 'BTC/USDT' }, 'STOP_INVALID'],
		[{ scope: 'member', scopeId: 'mbr_none' }, 'STOP_INVALID'],
		[{ scope: 'member', scopeId: 'acc_none' }, 'STOP_INVALID'],
		[{ scope: 'tier', scopeId: 'GOLD' }, 'STOP_INVALID'],
		[{ scope: 'symbol' }, 'STOP_INVALID'],
		[{ reason: ' ' }, 'STOP_REASON'],
	])('refuses %j: %s', async (rest, code) => {
		const stage = await stageOn(await open());
		expect(await stage.emergency.trip(everything(rest))).toMatchObject({ code });
		expect(await listOpenTrips(stage.trading.kernel.conn)).toEqual([]);
	});

	it('a symbol is stopped under the name that it is traded under, or not at all', async () => {
		const stage = await stageOn(await open());
		for (const written of ['BTC/USDT', 'btc/usdt', ' BTCUSDT ', 'BINANCE:BTCUSDT']) {
			const { trip: made } = await stopped(stage, { scope: 'symbol', symbol: written });
			expect(made.symbol).toBe('BTC/USDT');
		}
		expect(await listOpenTrips(stage.trading.kernel.conn)).toHaveLength(1);
		// What no venue of ours lists can still be stopped by its whole name.
		expect((await stopped(stage, { scope: 'symbol', symbol: 'XMR/EUR:EUR' })).trip.symbol).toBe('XMR/EUR:EUR');
		expect(await stage.emergency.trip(everything({ scope: 'symbol', symbol: 'Bitcoin' }))).toMatchObject({
			code: 'STOP_INVALID', message: expect.stringContaining('BTC/USDT'),
		});
		const links = { memberId: stage.trading.memberId, scopeId: null, states: ['PAUSED'], reason: 'x', validForSeconds: null, actor: 'x' } as const;
		expect(await stage.emergency.makeStopLinks({ ...links, scope: 'symbol', symbol: 'Bitcoin' })).toMatchObject({ code: 'STOP_INVALID' });
	});

	it('members stop themselves and their own accounts, operators everything', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const fang = await trading.addMember('fang', 'FANG');
		const me = acting(fang.memberId);
		const refused = [
			{ scope: 'global' }, { scope: 'tier', scopeId: 'FANG' }, { scope: 'symbol', symbol: 'BTC/USDT' },
			{ scope: 'member', scopeId: trading.memberId }, { scope: 'account', scopeId: trading.accountId },
			{ scope: 'account_symbol', scopeId: trading.accountId, symbol: 'BTC/USDT' },
		] as const;
		for (const wish of refused) {
			expect(await emergency.trip(everything({ ...wish, ...me }))).toMatchObject({ code: 'STOP_NOT_PERMITTED' });
			unrefused(await emergency.trip(everything({ ...wish, ...acting(trading.memberId) })));
			unrefused(await emergency.trip(everything(wish)));
		}
		unrefused(await emergency.trip(everything({ scope: 'member', scopeId: fang.memberId, ...me })));
		unrefused(await emergency.trip(everything({ scope: 'account', scopeId: fang.accountId, ...me })));
		unrefused(await emergency.trip(everything({ scope: 'account_symbol', scopeId: fang.accountId, symbol: 'BTC/USDT', ...me })));
		// Asking to flatten is no way around.
		const flatten = everything({ state: 'FLATTENING', ...me });
		expect(await emergency.trip(flatten)).toMatchObject({ code: 'STOP_NOT_PERMITTED' });
	});
});

describeDatabases('going on', (open) => {
	it('by request and phrase, half an hour after the stop; one stop ends, the others stay', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const { clock } = trading.database;
		const first = await stopped(stage, {});
		const second = await stopped(stage, { scope: 'account', scopeId: trading.accountId });
		const request = { tripId: first.trip.id, reason: 'Maintenance is over.', ...OPERATOR };
		clock.advance(HALF_HOUR - 1);
		expect(await emergency.requestRearm(request)).toMatchObject({ code: 'REARM_TOO_EARLY', context: { from: '2026-11-20T10:30:00.000Z' } });
		clock.advance(1);
		expect(await emergency.requestRearm({ ...request, reason: ' ' })).toMatchObject({ code: 'REARM_REASON' });
		expect(await emergency.requestRearm({ ...request, tripId: 'trp_none' })).toMatchObject({ code: 'TRIP_NOT_FOUND' });
		const asked = unrefused(await emergency.requestRearm(request));
		expect(asked).toMatchObject({ phrase: 'RESUME TRADING', trip: { id: first.trip.id } });
		const confirm = { id: asked.confirmation.id, ...OPERATOR };
		for (const phrase of ['', 'resume trading', 'RESUME']) {
			expect(await emergency.confirm({ ...confirm, phrase })).toMatchObject({ code: 'REARM_PHRASE' });
		}
		expect(await listOpenTrips(trading.kernel.conn)).toHaveLength(2);
		expect(await emergency.confirm({ ...confirm, phrase: 'RESUME TRADING' })).toMatchObject({
			kind: 'rearmed', trip: { id: first.trip.id, clearedBy: 'operator', clearReason: 'Maintenance is over.' },
		});
		expect((await listOpenTrips(trading.kernel.conn)).map(({ id }) => id)).toEqual([second.trip.id]);
		expect(await emergency.confirm({ ...confirm, phrase: 'RESUME TRADING' })).toMatchObject({ code: 'CONFIRMATION_USED' });
		expect(await emergency.requestRearm(request)).toMatchObject({ code: 'TRIP_OVER' });
		const trail = await createAudit(trading.kernel).list({ limit: 99 });
		expect(trail.map(({ action }) => action)).toEqual(expect.arrayContaining(['rearm.asked', 'trip.cleared']));
	});

	it('what changed between request and confirmation is looked at again', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const { kernel, accountId } = trading;
		const { trip: made } = await stopped(stage, {});
		trading.database.clock.advance(HALF_HOUR);
		const request = { tripId: made.id, reason: 'Well again.', ...OPERATOR };
		const issue = { accountId, symbol: 'BTC/USDT', kind: 'UNKNOWN_POSITION', severity: 'critical', detail: 'x' } as const;
		const asked = unrefused(await emergency.requestRearm(request));
		await kernel.transaction(async (trx) => upsertIssue(trx, kernel, issue));
		const confirm = { id: asked.confirmation.id, phrase: 'RESUME TRADING', ...OPERATOR };
		expect(await emergency.confirm(confirm)).toMatchObject({ code: 'REARM_CRITICAL_ISSUE', context: { observed: 1, kinds: 'UNKNOWN_POSITION' } });
		expect(await emergency.requestRearm(request)).toMatchObject({ code: 'REARM_CRITICAL_ISSUE' });
		await kernel.transaction(async (trx) => settleIssue(trx, kernel, issue));
		expect(await emergency.confirm(confirm)).toMatchObject({ kind: 'rearmed' });
	});

	it('critical issues count within the scope of the stop', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const { kernel } = trading;
		const other = await trading.addMember('other', 'FANG');
		const scopes = [
			[{ scope: 'global' }, true],
			[{ scope: 'tier', scopeId: 'FANG' }, true],
			[{ scope: 'tier', scopeId: 'OPERATOR' }, false],
			[{ scope: 'member', scopeId: other.memberId }, true],
			[{ scope: 'member', scopeId: trading.memberId }, false],
			[{ scope: 'account', scopeId: other.accountId }, true],
			[{ scope: 'account', scopeId: trading.accountId }, false],
			[{ scope: 'symbol', symbol: 'BTC/USDT' }, true],
			[{ scope: 'symbol', symbol: 'ETH/USDT' }, false],
			[{ scope: 'account_symbol', scopeId: other.accountId, symbol: 'BTC/USDT' }, true],
			[{ scope: 'account_symbol', scopeId: other.accountId, symbol: 'ETH/USDT' }, false],
			[{ scope: 'account_symbol', scopeId: trading.accountId, symbol: 'BTC/USDT' }, false],
		] as const;
		const trips = [];
		for (const [wish, counts] of scopes) trips.push([(await stopped(stage, wish)).trip.id, counts] as const);
		trading.database.clock.advance(HALF_HOUR);
		const issue = { accountId: other.accountId, symbol: 'BTC/USDT', kind: 'UNKNOWN_POSITION', detail: 'x' } as const;
		await kernel.transaction(async (trx) => upsertIssue(trx, kernel, { ...issue, severity: 'high' }));
		for (const [tripId] of trips) unrefused(await emergency.requestRearm({ tripId, reason: 'x', ...OPERATOR }));
		await kernel.transaction(async (trx) => upsertIssue(trx, kernel, { ...issue, severity: 'critical' }));
		for (const [tripId, counts] of trips) {
			const answer = await emergency.requestRearm({ tripId, reason: 'x', ...OPERATOR });
			expect(answer.kind).toBe(counts ? 'refused' : 'asks');
		}
	});

	it('members end their own stops on their own; all others need an operator', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const fang = await trading.addMember('fang', 'FANG');
		const me = acting(fang.memberId);
		const own = await stopped(stage, { scope: 'account', scopeId: fang.accountId, ...me });
		const above = await stopped(stage, { scope: 'account', scopeId: fang.accountId });
		trading.database.clock.advance(HALF_HOUR);
		const ask = async (tripId: typeof own.trip.id, who: object) =>
			emergency.requestRearm({ tripId, reason: 'Calm again.', ...OPERATOR, ...who });
		expect(await ask(above.trip.id, me)).toMatchObject({ code: 'REARM_NOT_PERMITTED' });
		const asked = unrefused(await ask(own.trip.id, me));
		expect(await emergency.confirm({ id: asked.confirmation.id, phrase: 'RESUME TRADING', ...me })).toMatchObject({ kind: 'rearmed' });
		unrefused(await ask(above.trip.id, {}));
	});

	it('the engine\'s own trips are left to the engine, and flattening has to be over', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const { kernel, accountId } = trading;
		const daily = await kernel.transaction(async (trx) => trip(trx, kernel, {
			scope: 'account', scopeId: accountId, state: 'PAUSED', cause: 'daily_loss', reason: 'x',
			rearm: 'next_day', rearmAt: trading.database.clock.now() + 600 * MINUTE, actor: 'engine',
		}));
		const flattening = await stopped(stage, { state: 'FLATTENING', phrase: 'FLATTEN NOW' });
		trading.database.clock.advance(HALF_HOUR);
		const ask = async (tripId: typeof daily.id) => emergency.requestRearm({ tripId, reason: 'x', ...OPERATOR });
		expect(await ask(daily.id)).toMatchObject({ code: 'REARM_BY_ENGINE' });
		expect(await ask(flattening.trip.id)).toMatchObject({ code: 'REARM_FLATTENING' });
		await emergency.flattenStep();
		unrefused(await ask(flattening.trip.id));
	});

	it('a drawdown that was answered for starts a new peak', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const { kernel, accountId } = trading;
		await kernel.conn('accounts').where({ id: accountId }).update({ peak_equity: '12000', equity: '10100' });
		const made = await kernel.transaction(async (trx) => trip(trx, kernel, {
			scope: 'account', scopeId: accountId, state: 'FLATTENING', cause: 'drawdown', reason: 'x', rearm: 'hand', actor: 'engine',
		}));
		await emergency.flattenStep();
		trading.database.clock.advance(HALF_HOUR);
		const asked = unrefused(await emergency.requestRearm({ tripId: made.id, reason: 'Understood.', ...OPERATOR }));
		expect((await findAccount(kernel.conn, accountId))?.peakEquity).toBe('12000');
		unrefused(await emergency.confirmRearm({ confirmation: asked.confirmation.id, phrase: 'RESUME TRADING', ...OPERATOR }));
		expect((await findAccount(kernel.conn, accountId))?.peakEquity).toBe('10100');
		const trail = await createAudit(kernel).list({ limit: 99 });
		const restarted = trail.find(({ action }) => action === 'account.peak_restarted');
		expect(JSON.parse(restarted?.detailsText ?? 'null')).toEqual({ before: '12000', after: '10100' });
	});

	it('shows what is stopped, for everybody and for one account', async () => {
		const stage = await stageOn(await open());
		const { trading, emergency } = stage;
		const other = await trading.addMember('other', 'FANG');
		expect(await emergency.status(null)).toEqual({ state: 'ACTIVE', strictest: 'ACTIVE', trips: [] });
		const { trip: made } = await stopped(stage, { scope: 'member', scopeId: other.memberId, state: 'REDUCING' });
		await stopped(stage, { scope: 'symbol', symbol: 'BTC/USDT' });
		// A stop of one member is no stop of everybody.
		expect(await emergency.status(null)).toMatchObject({ state: 'ACTIVE', strictest: 'REDUCING', trips: [{ rearmFrom: made.openedAt + HALF_HOUR }, {}] });
		expect(await emergency.statusOfAccount(other.accountId)).toMatchObject({ state: 'REDUCING', trips: [{}, {}] });
		// A stop of one symbol does not stop the account.
		expect(await emergency.statusOfAccount(trading.accountId)).toMatchObject({ state: 'ACTIVE', strictest: 'PAUSED', trips: [{ trip: { scope: 'symbol' } }] });
		expect(await emergency.statusOfAccount('acc_none')).toBeNull();
		const subject = { tier: null, memberId: other.memberId, accountId: other.accountId, symbol: 'BTC/USDT' };
		expect(await emergency.status(subject)).toMatchObject({ state: 'REDUCING', trips: [{}, {}] });
		expect(await emergency.describe('trp_none')).toBeNull();
	});

	it('knows whether a stop reaches real money', async () => {
		const { trading, emergency } = await stageOn(await open());
		const { accountId, memberId } = trading;
		const reaches = async (wish: object) =>
			emergency.reachesReal({ scope: 'global', scopeId: null, symbol: null, ...wish });
		expect(await reaches({})).toBe(false);
		await trading.kernel.conn('accounts').where({ id: accountId }).update({ kind: 'sandbox' });
		const other = await trading.addMember('other', 'FANG');
		for (const wish of [{}, { scope: 'tier', scopeId: 'OPERATOR' }, { scope: 'member', scopeId: memberId }, { scope: 'symbol', symbol: 'X/Y' }]) {
			expect(await reaches(wish)).toBe(true);
		}
		for (const wish of [{ scope: 'tier', scopeId: 'FANG' }, { scope: 'account', scopeId: other.accountId }]) {
			expect(await reaches(wish)).toBe(false);
		}
	});

	it('what waits to be confirmed tells what it is about', async () => {
		const stage = await stageOn(await open());
		const { emergency, trading } = stage;
		const asked = await flattenAsked(stage, { scope: 'account', scopeId: trading.accountId });
		expect(await emergency.pending(asked.confirmation.id)).toMatchObject({ scope: 'account', scopeId: trading.accountId });
		const { trip: made } = await stopped(stage, {});
		trading.database.clock.advance(HALF_HOUR + SECOND);
		const rearm = unrefused(await emergency.requestRearm({ tripId: made.id, reason: 'x', ...OPERATOR }));
		expect(await emergency.pending(rearm.confirmation.id)).toMatchObject({ id: made.id });
		expect(await emergency.pending('cnf_none')).toBeNull();
		// One kind of confirmation is not taken for the other.
		const wrong = { confirmation: asked.confirmation.id, phrase: 'RESUME TRADING', ...OPERATOR };
		trading.database.clock.advance(-HALF_HOUR);
		expect(await emergency.confirmRearm(wrong)).toMatchObject({ code: 'CONFIRMATION_UNKNOWN' });
	});
});
