import { MINUTE, HOUR, SECOND, STANDARD_POLICY } from '../../../../core/model';
import { updateEquity, bookTransfer } from '../../../../core/members';
import { decimal } from '../../../../core/model';
import { clearTrip } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { openDesk } from './desk';

/** Numbers that let a test fall far without moving too fast. */
const calm = {
	...STANDARD_POLICY,
	watch: { ...STANDARD_POLICY.watch, volatilityPercent: 90 },
	risk: { ...STANDARD_POLICY.risk, positionLossPercent: 90 },
};

describeDatabases('the watch over open risk', (open) => {
	test('a fall below the day’s start, and losses that were realised, pause the account until its next day', async () => {
		const desk = await openDesk(await open(), { zone: 'America/New_York', policy: calm });
		const { trading } = desk;
		await trading.enter({ quantity: '0.16', stop: 50_000 });
		trading.quotes.set('BTC/USDT', 56_400);
		await desk.seconds(5);
		expect(await desk.causes()).toEqual([]);
		trading.quotes.set('BTC/USDT', 56_200);
		await desk.seconds(2);
		// One odd price stops nothing.
		trading.quotes.set('BTC/USDT', 56_400);
		await desk.seconds(1);
		trading.quotes.set('BTC/USDT', 56_200);
		await desk.seconds(2);
		expect(await desk.causes()).toEqual([]);
		await desk.seconds(1);
		expect(await desk.trips()).toMatchObject([
			{ scope: 'account', scopeId: trading.accountId, state: 'PAUSED', cause: 'equity_drop', rearm: 'next_day', rearmAt: Date.UTC(2026, 10, 21, 5) },
		]);
		await desk.seconds(3);
		expect(await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1' })).toMatchObject({ state: 'DENIED', code: 'STOP_LATCH' });
		const close = { accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' } as const;
		expect(await trading.orders.closePosition(close)).toMatchObject({ state: 'FILLED' });
		await desk.seconds(1);
		expect(await desk.causes()).toEqual(['daily_loss PAUSED', 'equity_drop PAUSED']);
		expect(await desk.told('trading_state.tripped')).toHaveLength(2);
		// The day ends; nothing is left of it.
		await desk.seconds(5);
		trading.database.clock.set(Date.UTC(2026, 10, 21, 5));
		expect(await desk.rearm()).toHaveLength(2);
		await desk.seconds(5);
		expect(await desk.causes()).toEqual([]);
	});

	test('a fall of 15 % from the peak flattens; a re-arm by hand starts a new peak', async () => {
		const desk = await openDesk(await open(), { policy: { ...calm, tiers: { ...calm.tiers, OPERATOR: { ...calm.tiers.OPERATOR, dailyLossPercent: 10 } } } });
		const { trading } = desk;
		await trading.enter({ quantity: '0.1', stop: 30_000, targets: [[200_000, 1]] });
		trading.quotes.set('BTC/USDT', 80_000);
		await desk.seconds(7);
		expect((await desk.account()).peakEquity).toBe(decimal('11992.1982'));
		trading.quotes.set('BTC/USDT', 62_050);
		await desk.seconds(4);
		expect(await desk.causes()).toEqual([]);
		expect(await desk.warnings()).toEqual(expect.arrayContaining(['drawdown']));
		trading.quotes.set('BTC/USDT', 62_000);
		await desk.seconds(4);
		const [stop] = await desk.trips();
		expect(stop).toMatchObject({ cause: 'drawdown', state: 'FLATTENING', rearm: 'hand', rearmAt: null, scopeId: trading.accountId });
		expect(await desk.trips()).toHaveLength(1);
		if (stop === undefined) throw new Error('no trip');
		await trading.kernel.transaction(async (trx) => clearTrip(trx, trading.kernel, stop.id, { actor: 'operator', reason: 'seen' }));
		await desk.seconds(5);
		expect(await desk.causes()).toEqual([]);
		expect((await desk.account()).peakEquity).toBe(decimal('10192.1982'));
		trading.quotes.set('BTC/USDT', 46_000);
		await desk.seconds(5);
		expect(await desk.causes()).toEqual(expect.arrayContaining(['drawdown FLATTENING']));
	});

	test('deposits and withdrawals are neither profit nor loss', async () => {
		const desk = await openDesk(await open(), { policy: calm });
		const { trading } = desk;
		await desk.seconds(6);
		const move = async (amount: string) =>
			trading.kernel.transaction(async (trx) => bookTransfer(trx, trading.kernel, trading.accountId, decimal(amount)));
		await move('90000');
		await desk.seconds(10);
		await move('-95000');
		await desk.seconds(10);
		expect(await desk.account()).toMatchObject({ peakEquity: '5000', dayStartEquity: '5000', cash: '5000' });
		expect(await desk.causes()).toEqual([]);
		expect(await desk.warnings()).toEqual([]);
	});

	test('a withdrawal just after a new peak does not make a fall of it', async () => {
		const desk = await openDesk(await open(), { policy: calm });
		const { trading } = desk;
		await trading.enter({ quantity: '0.01', stop: 30_000, targets: [[200_000, 1]] });
		trading.quotes.set('BTC/USDT', 90_000);
		await desk.watch.look();
		await trading.kernel.transaction(async (trx) => bookTransfer(trx, trading.kernel, trading.accountId, decimal('-8000')));
		await desk.seconds(12);
		expect((await desk.account()).peakEquity).toBe(decimal('2299.21982'));
		expect(await desk.causes()).toEqual([]);
	});

	test('levels are told as they rise, and do not flap', async () => {
		const desk = await openDesk(await open(), { policy: calm });
		const { trading } = desk;
		await desk.seconds(1);
		expect(await desk.told('risk.level_changed')).toEqual([]);
		// 600 a day: the stop 3,000 away and fees of 0.1 % on 57,000 and 60,000.
		await trading.enter({ quantity: '0.1', stop: 57_000, targets: [[200_000, 1]] });
		await desk.seconds(3);
		const levels = async () =>
			(await desk.told('risk.level_changed')).flatMap((each) => (each.type === 'risk.level_changed' ? [each.payload] : []));
		expect(await levels()).toMatchObject([{ level: 'MEDIUM', previous: 'LOW', used: '313.5018', limit: '600', used_percent: '52.25' }]);
		await trading.enter({ symbol: 'ETH/USDT', quantity: '0.7', stop: 2_800, targets: [[9_000, 1]] });
		await desk.seconds(2);
		expect((await levels()).at(-1)).toMatchObject({ level: 'HIGH', previous: 'MEDIUM' });
		await trading.orders.closePosition({ accountId: trading.accountId, symbol: 'ETH/USDT', reason: 'manual', actor: 'operator' });
		await desk.seconds(2);
		expect((await levels()).map(({ level }) => level)).toEqual(['MEDIUM', 'HIGH']);
		await trading.orders.closePosition({ accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		await desk.seconds(2);
		expect((await levels()).at(-1)).toMatchObject({ level: 'LOW', previous: 'MEDIUM' });
	});

	test('what is near a limit is warned of once; a position without price is unknown, never zero', async () => {
		const desk = await openDesk(await open());
		const { trading } = desk;
		await trading.enter({ quantity: '0.1', stop: 56_000, targets: [[200_000, 1]] });
		trading.quotes.set('BTC/USDT', 57_500);
		await desk.seconds(5);
		expect(await desk.warnings()).toEqual([]);
		trading.quotes.set('BTC/USDT', 57_300);
		await desk.seconds(5);
		expect(await desk.warnings()).toEqual([]);
		await trading.kernel.conn('trades').update({ stop_loss: null });
		trading.quotes.clear('BTC/USDT');
		await desk.seconds(2);
		// Without a stop it counts 5 % of the equity.
		expect(await desk.warnings()).toEqual(['daily_loss', 'missing_stop']);
		trading.database.clock.advance(70 * SECOND);
		await desk.seconds(3);
		expect(await desk.warnings()).toHaveLength(2);
		trading.database.clock.advance(57 * SECOND);
		await desk.seconds(2);
		expect(await desk.warnings()).toEqual(['daily_loss', 'missing_stop', 'equity_unknown']);
		expect(await desk.causes()).toEqual([]);
	});

	test('a symbol that moves 5 % in 5 minutes is paused for 45 minutes, everywhere', async () => {
		const desk = await openDesk(await open());
		const { trading } = desk;
		await trading.enter({ quantity: '0.01', stop: 50_000, targets: [[200_000, 1]] });
		await desk.seconds(2);
		trading.quotes.set('BTC/USDT', 61_500);
		await desk.seconds(120);
		trading.quotes.set('BTC/USDT', 62_900);
		await desk.seconds(60);
		expect(await desk.causes()).toEqual([]);
		trading.quotes.set('BTC/USDT', 63_010);
		await desk.seconds(1);
		const now = trading.database.clock.now();
		expect(await desk.trips()).toMatchObject([
			{ scope: 'symbol', scopeId: null, symbol: 'BTC/USDT', state: 'PAUSED', cause: 'volatility', rearm: 'timed', rearmAt: now + 45 * MINUTE },
		]);
		// As long as it goes on the pause lasts longer, in steps.
		await desk.seconds(100);
		expect((await desk.trips())[0]?.rearmAt).toBe(now + 60 * SECOND + 45 * MINUTE);
		await desk.seconds(400);
		const [pause] = await desk.trips();
		expect(pause?.rearmAt).toBeLessThan(now + 6 * MINUTE + 45 * MINUTE);
		expect(await desk.told('trading_state.tripped')).toHaveLength(1);
		trading.database.clock.set((pause?.rearmAt ?? 0) - 1);
		expect(await desk.rearm()).toEqual([]);
		trading.database.clock.advance(1);
		expect(await desk.rearm()).toHaveLength(1);
	});

	test('a minute without prices pauses the accounts of that venue, a minute with them lets them go on', async () => {
		const desk = await openDesk(await open(), { policy: calm });
		const { trading } = desk;
		const other = await trading.addMember('other');
		await trading.enter();
		await desk.seconds(2);
		trading.quotes.clear('BTC/USDT');
		await desk.seconds(61);
		expect(await desk.causes()).toEqual([]);
		await desk.seconds(1);
		expect((await desk.trips()).map(({ scopeId, cause, rearm }) => ({ scopeId, cause, rearm }))).toEqual(
			[trading.accountId, other.accountId].sort().map((scopeId) => ({ scopeId, cause: 'feed_lost', rearm: 'healthy' })),
		);
		trading.quotes.set('BTC/USDT', 60_000);
		await desk.seconds(30);
		trading.quotes.clear('BTC/USDT');
		await desk.seconds(1);
		trading.quotes.set('BTC/USDT', 60_000);
		await desk.seconds(60);
		expect(await desk.rearm()).toEqual([]);
		await desk.seconds(1);
		expect(await desk.rearm()).toHaveLength(2);
		await desk.seconds(2);
		expect(await desk.causes()).toEqual([]);
	});

	test('the minute with prices is watched though nothing is held any more, also after a restart', async () => {
		const desk = await openDesk(await open(), { policy: calm });
		const { trading } = desk;
		await trading.enter();
		await desk.seconds(2);
		trading.quotes.clear('BTC/USDT');
		await desk.seconds(62);
		expect(await desk.causes()).toEqual(['feed_lost PAUSED']);
		await trading.kernel.conn('trades').update({ state: 'CLOSED', closed_at: trading.database.clock.now() });
		await trading.kernel.conn('positions').update({ quantity: '0', cost: '0' });
		await desk.seconds(3);
		// One price, and then none again.
		trading.quotes.set('BTC/USDT', 60_000);
		await desk.seconds(1);
		trading.quotes.clear('BTC/USDT');
		await desk.seconds(62);
		expect(await desk.rearm()).toEqual([]);
		desk.restart();
		trading.quotes.set('BTC/USDT', 60_000);
		await desk.seconds(62);
		expect(await desk.rearm()).toHaveLength(1);
	});

	test('a restart forgets neither prices nor since when there were none', async () => {
		const desk = await openDesk(await open());
		const { trading } = desk;
		await trading.enter({ quantity: '0.01', stop: 50_000, targets: [[200_000, 1]] });
		await desk.seconds(15);
		desk.restart();
		trading.quotes.set('BTC/USDT', 63_010);
		await desk.seconds(1);
		expect(await desk.causes()).toEqual(['volatility PAUSED']);
		trading.quotes.clear('BTC/USDT');
		for (let restart = 0; restart < 4; restart++) {
			await desk.seconds(15);
			desk.restart();
		}
		expect(await desk.causes()).toEqual(['volatility PAUSED']);
		await desk.seconds(5);
		expect(await desk.causes()).toEqual(['feed_lost PAUSED', 'volatility PAUSED']);
		desk.restart();
		trading.quotes.set('BTC/USDT', 63_000);
		await desk.seconds(62);
		expect((await desk.rearm()).map(({ cause }) => cause)).toEqual(['feed_lost']);
	});

	test('ten failed calls in a minute pause the account; ten minutes without one let it go on', async () => {
		const desk = await openDesk(await open(), { policy: calm });
		const { trading } = desk;
		const fail = async () =>
			trading.kernel.conn('venue_failures').insert({ account_id: trading.accountId, venue: 'paper', at: trading.database.clock.now(), error: 'down' });
		for (let call = 0; call < 9; call++) await fail();
		await desk.seconds(2);
		expect(await desk.causes()).toEqual([]);
		await fail();
		await desk.seconds(1);
		expect(await desk.trips()).toMatchObject([{ cause: 'api_errors', state: 'PAUSED', scopeId: trading.accountId, rearm: 'healthy' }]);
		await desk.seconds(10);
		await fail();
		await desk.seconds(1);
		expect((await desk.trips())[0]?.healthySince).toBeNull();
		await desk.seconds(3);
		trading.database.clock.advance(595 * SECOND);
		await desk.seconds(1);
		expect(await desk.rearm()).toEqual([]);
		await desk.seconds(10);
		expect(await desk.rearm()).toHaveLength(1);
		expect(await desk.told('trading_state.tripped')).toHaveLength(1);
	});

	test('an account that holds nothing is looked at in turn', async () => {
		const desk = await openDesk(await open());
		const { trading } = desk;
		await trading.kernel.transaction(async (trx) => updateEquity(trx, trading.accountId, decimal(10_000), trading.database.clock.now()));
		expect(await desk.watch.look()).toMatchObject({ accounts: 1 });
		await trading.kernel.conn('accounts').where({ id: trading.accountId }).update({ realised_today: '-600' });
		await desk.seconds(1);
		expect(await desk.causes()).toEqual(['daily_loss PAUSED']);
		trading.database.clock.advance(24 * HOUR);
		await desk.rearm();
		await desk.seconds(1);
		expect(await desk.causes()).toEqual([]);
	});
});
