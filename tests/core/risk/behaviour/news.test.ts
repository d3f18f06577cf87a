import { DAY, HOUR, MINUTE, SECOND } from '../../../../core/model';
import { describeDatabases, START } from '../../../support/databases';
import { policyWith } from '../snapshots';
import { codes, scene, shared, type Scene } from '../scene';
import { tellClosed, writeClosed, type ClosedRow } from './closed-rows';

describeDatabases('what is folded in', (open) => {
	const database = shared(open);

	const closedRow = async (world: Scene, closedAt: number, more: Partial<ClosedRow> = {}): Promise<string> =>
		writeClosed(world.test.core.kernel, { ...world.member, closedAt, ...more });
	const facts = async (world: Scene) => (await world.test.core.behaviour.view(world.member.handle)).member;
	const account = async (world: Scene) =>
		(await world.test.core.behaviour.view(world.member.handle)).accounts[0]?.facts;
	const told = async (world: Scene): Promise<string[]> => {
		const rows: { type: string }[] = await world.test.core.kernel.conn('events')
			.where({ member_id: world.member.memberId }).where('type', 'like', 'behaviour.%').orderBy('seq');
		return rows.map(({ type }) => type.replace('behaviour.', ''));
	};
	const state = async (world: Scene) =>
		world.test.core.kernel.conn('behaviour_states').where({ member_id: world.member.memberId }).first();

	test('nothing at all leaves no row, however often somebody looks', async () => {
		const world = await scene(database());
		expect(await facts(world)).toMatchObject({ consecutiveLosses: 0, lastLossAt: null });
		await world.alert();
		await world.test.core.behaviour.foldDue();
		expect(await state(world)).toBeUndefined();
	});

	test('what was committed late, with a time before what is folded in already', async () => {
		const world = await scene(database());
		await closedRow(world, START - SECOND);
		expect((await facts(world)).consecutiveLosses).toBe(1);
		database().clock.advance(MINUTE);
		await closedRow(world, START - 2 * SECOND);
		expect(await facts(world)).toMatchObject({ consecutiveLosses: 2, lastLossAt: START - SECOND });
		expect((await facts(world)).consecutiveLosses).toBe(2);
	});

	test('what the venue tells of hours later: a stop that was hit while nothing ran', async () => {
		const world = await scene(database());
		await closedRow(world, START);
		database().clock.set(START + 20 * HOUR);
		expect(await facts(world)).toMatchObject({ consecutiveLosses: 0, memberLosses: { inARow: 1, today: 0 } });
		// The state is well beyond the fills that are booked only now.
		for (const hour of [10, 11, 16]) await closedRow(world, START + hour * HOUR);
		await world.test.core.behaviour.foldDue();
		expect(await facts(world)).toMatchObject({
			consecutiveLosses: 1, lastLossAt: START + 16 * HOUR, memberLosses: { inARow: 4, today: 1 },
			tilt: { level: 'locked_out', points: 4 },
		});
	});

	test('what comes after a fill that a venue dated ahead of us', async () => {
		const world = await scene(database());
		await closedRow(world, START + 3 * HOUR);
		await facts(world);
		await closedRow(world, START);
		expect((await facts(world)).memberLosses.inARow).toBe(2);
	});

	test('the engine finds it by itself, also what is older than its last look', async () => {
		const world = await scene(database());
		const { behaviour } = world.test.core;
		await behaviour.foldDue();
		database().clock.advance(MINUTE);
		await closedRow(world, START + 10 * SECOND);
		expect(await behaviour.foldDue()).toMatchObject({ tripped: 0 });
		expect(await told(world)).toEqual(['confidence_raised']);
		expect(await behaviour.foldDue()).toMatchObject({ folded: 0 });
	});

	test('what happened while nothing ran, at the first look of a new process', async () => {
		const world = await scene(database());
		await closedRow(world, START);
		await world.test.core.behaviour.foldDue();
		for (const hour of [1, 20, 30]) await closedRow(world, START + hour * HOUR);
		database().clock.set(START + 30 * HOUR + 30 * MINUTE);
		const again = await scene(database());
		await again.test.core.behaviour.foldDue();
		expect((await told(world)).at(-1)).toBe('locked_out');
		expect(await facts(world)).toMatchObject({ consecutiveLosses: 2, tilt: { level: 'locked_out', points: 4 } });
	});

	test('a member who was away for a month is looked at from where they were left', async () => {
		const world = await scene(database());
		await closedRow(world, START);
		await facts(world);
		await closedRow(world, START + HOUR);
		const other = await scene(database());
		await closedRow(other, START);
		database().clock.set(START + 30 * DAY);
		expect((await facts(world)).memberLosses.inARow).toBe(2);
		// A member who was never looked at is not judged by last month.
		expect((await facts(other)).memberLosses.inARow).toBe(0);
	});

	test('what is forgotten is not folded in again, and what is recent is kept', async () => {
		const world = await scene(database());
		const { behaviour, kernel } = world.test.core;
		const kept = async () =>
			(await kernel.conn('behaviour_happenings').where({ member_id: world.member.memberId })).length;
		await closedRow(world, START);
		await facts(world);
		database().clock.set(START + 40 * DAY);
		// Nobody has looked at the member since: it may still be read anew.
		await behaviour.forgetOld();
		expect(await kept()).toBe(1);
		expect((await facts(world)).memberLosses.inARow).toBe(1);
		await closedRow(world, START + 40 * DAY);
		expect((await facts(world)).memberLosses.inARow).toBe(2);
		await behaviour.forgetOld();
		expect(await kept()).toBe(1);
		database().clock.advance(MINUTE);
		expect((await facts(world)).memberLosses.inARow).toBe(2);
	});

	test('a trip that is owed is made by whoever comes next, once', async () => {
		const world = await scene(database());
		const { behaviour, safety } = world.test.core;
		for (let index = 5; index > 0; index--) await closedRow(world, START - index);
		// The gate folds and ends before the engine: nothing is opened meanwhile.
		expect(codes(await world.alert())).toContain('TILT_TRIPPED');
		expect(await state(world)).toMatchObject({ trip_due_at: START });
		const mine = async () => (await safety.open()).filter(({ scopeId }) => scopeId === world.member.memberId);
		expect(await mine()).toEqual([]);
		await behaviour.foldDue();
		expect(await mine()).toMatchObject([
			{ state: 'FLATTENING', cause: 'tilt', reason: 'Tilt: 5 losses in a row.' },
		]);
		expect(await state(world)).toMatchObject({ trip_due_at: null });
		await behaviour.foldDue();
		expect(await mine()).toHaveLength(1);
	});

	test('what is folded in meanwhile does not take the owed trip off', async () => {
		const world = await scene(database());
		for (let index = 5; index > 0; index--) await closedRow(world, START - index);
		await world.alert();
		await closedRow(world, START);
		await facts(world);
		await world.test.core.behaviour.foldDue();
		const trips = (await world.test.core.safety.open()).filter(({ scopeId }) => scopeId === world.member.memberId);
		expect(trips).toMatchObject([{ cause: 'tilt', reason: 'Tilt: 6 losses in a row.' }]);
	});

	test('an order in place of another is no order more', async () => {
		const world = await scene(database());
		await world.open();
		await world.test.core.kernel.conn('orders').where({ account_id: world.member.accountId }).update({ replaces: 'ord_before' });
		await facts(world);
		await world.test.core.behaviour.foldDue();
		expect(await state(world)).toBeUndefined();
	});

	test('a trip that is found too late, its day over, is not made', async () => {
		const world = await scene(database());
		for (let index = 5; index > 0; index--) await closedRow(world, START - index);
		await world.alert();
		database().clock.set(START + DAY);
		await world.test.core.behaviour.foldDue();
		const trips = await world.test.core.safety.open();
		expect(trips.filter(({ scopeId }) => scopeId === world.member.memberId)).toEqual([]);
		expect((await facts(world)).tilt.level).toBe('warned');
	});

	test('the engine ends a lockout by time alone', async () => {
		const world = await scene(database());
		for (let index = 4; index > 0; index--) await closedRow(world, START - index);
		await world.test.core.behaviour.foldDue();
		expect(await state(world)).toMatchObject({ due_at: START - 1 + HOUR });
		database().clock.set(START - 2 + HOUR);
		await world.test.core.behaviour.foldDue();
		expect((await told(world)).at(-1)).toBe('locked_out');
		database().clock.set(START - 1 + HOUR);
		await world.test.core.behaviour.foldDue();
		expect((await told(world)).at(-1)).toBe('eased');
		expect(await state(world)).toMatchObject({ due_at: Date.UTC(2026, 10, 21) });
	});

	test('orders, with their risk, time and signal', async () => {
		const world = await scene(database());
		await closedRow(world, START - 6 * MINUTE, { risk: 20 });
		await world.open({ confidence: 97 });
		const said = await facts(world);
		expect(said.tilt).toMatchObject({ points: 2, reasons: ['1 loss', 'a larger order after a loss'] });
		const rows = await world.test.core.kernel.conn('behaviour_happenings')
			.where({ member_id: world.member.memberId }).whereNot({ trade_id: null }).orderBy('at');
		expect(rows.map(({ facts: text }: { facts: string }) => JSON.parse(text))).toMatchObject([
			{ kind: 'trade_closed', riskPercent: '0.2', gross: '-10' }, { kind: 'entry_ordered', riskPercent: '1' },
		]);
	});

	test('the risk of a trade is what its order was sent with, whatever became of the equity', async () => {
		const world = await scene(database());
		await world.open();
		await facts(world);
		const { kernel } = world.test.core;
		const [trade] = await world.rows('trades', {});
		await kernel.conn('trades').where({ id: trade?.['id'] }).update({
			state: 'CLOSED', closed_at: START + 1, exit_reason: 'stop', realised_gross: '-99', realised_net: '-100',
		});
		await tellClosed(kernel, { ...world.member, id: String(trade?.['id']) });
		await kernel.conn('accounts').where({ id: world.member.accountId }).update({ equity: '5000' });
		await facts(world);
		const row = await kernel.conn('behaviour_happenings')
			.where({ member_id: world.member.memberId }).where('id', 'like', 'trd_%').first();
		expect(JSON.parse(row.facts)).toMatchObject({ kind: 'trade_closed', riskPercent: '1' });
	});

	test('asking for a wider stop is a sign; the refusal stays', async () => {
		const world = await scene(database());
		const { core } = world.test;
		await world.open();
		const tighten = async (price: string) => core.orders.tightenStop({
			accountId: world.member.accountId, symbol: 'BTC/USDT', price: price as never, actor: 'member:self',
		});
		expect(await tighten('56000')).toMatchObject({ code: 'STOP_WIDENED' });
		expect((await facts(world)).tilt).toMatchObject({ points: 1, reasons: ['a stop widened or taken away'] });
		expect(await tighten('58000')).toMatchObject({ trade: { stopLoss: '58000' } });
		expect((await facts(world)).tilt.points).toBe(1);
		expect(await core.events.list({ types: ['stop.loosening'], limit: 9 })).toMatchObject([
			{ actor: 'member:self', payload: { symbol: 'BTC/USDT', from: '57000', to: '56000' } },
		]);
	});

	test('two losses of 1.5 % risk: no entry for four hours', async () => {
		const policy = policyWith('OPERATOR', { riskPerTradePercent: 1.5 });
		const world = await scene(database(), {}, { policy });
		// Cut to the venue's step, the order risks a hair less than 1.5 %.
		await world.open();
		const [trade] = await world.rows('trades', {});
		expect(Number(trade?.['initial_risk'])).toBeLessThan(150);
		expect(Number(trade?.['initial_risk'])).toBeGreaterThan(149.9);
		const { kernel } = world.test.core;
		await kernel.conn('trades').where({ id: trade?.['id'] }).update({
			state: 'CLOSED', closed_at: START + 1, exit_reason: 'stop', realised_gross: '-149', realised_net: '-150',
		});
		await tellClosed(kernel, { ...world.member, id: String(trade?.['id']) });
		await closedRow(world, START + 2, { risk: '149.6', net: '-1' });
		database().clock.set(START + 3);
		expect(codes(await world.alert({ symbol: 'ETH/USDT' }))).toContain('HIGH_RISK_COOLDOWN');
		expect(await facts(world)).toMatchObject({ highRiskCooldownUntil: START + 2 + 4 * HOUR, forceDefaultRisk: true });
	});

	test('an account that lost 5 % of its day trades small until its next risk day', async () => {
		const world = await scene(database());
		const { core } = world.test;
		const lose = async (realised: string, equity: string) => core.kernel.conn('accounts')
			.where({ id: world.member.accountId }).update({ realised_today: realised, equity, equity_at: START });
		await lose('-499.99', '9500.01');
		expect(codes(await world.alert({ confidence: 99 }))).toEqual([]);
		expect(await account(world)).toMatchObject({ medic: false, riskFactor: '1', maxPositions: null });
		await lose('-500', '9500');
		const small = await world.alert({ symbol: 'ETH/USDT', confidence: 99 });
		expect(small.checks.find(({ check }) => check === 'medic_mode')).toMatchObject({ result: 'warn', code: 'MEDIC_MODE' });
		expect(Number(small.intent?.risk)).toBeLessThanOrEqual(9500 * 0.005);
		expect(await account(world)).toMatchObject({ medic: true, riskFactor: '0.5', maxPositions: 1 });
		// It stays for the day, also when the account recovers.
		await lose('0', '10000');
		expect(await account(world)).toMatchObject({ medic: true });
		expect(await told(world)).toEqual(['medic_on']);
		database().clock.set(Date.UTC(2026, 10, 21) - 1);
		expect(await account(world)).toMatchObject({ medic: true });
		database().clock.set(Date.UTC(2026, 10, 21));
		await core.behaviour.foldDue();
		expect(await account(world)).toMatchObject({ medic: false, riskFactor: '1', maxPositions: null });
		expect(await told(world)).toEqual(['medic_on', 'medic_off']);
	});

	test('open profit does not make up for what was lost', async () => {
		const world = await scene(database());
		await world.test.core.kernel.conn('accounts').where({ id: world.member.accountId })
			.update({ realised_today: '-500', equity: '10000', equity_at: START });
		expect(await account(world)).toMatchObject({ medic: true });
	});

	test('medic mode is called by the equity too, of the account alone, and by the engine without a signal', async () => {
		const world = await scene(database());
		const { core } = world.test;
		await world.open();
		const second = await core.members.addAccount(world.member.handle, {
			label: 'second', kind: 'paper', startBalance: '10000', currency: 'USDT', zone: 'UTC', actor: 'operator',
		});
		await core.behaviour.watchFalls();
		await core.kernel.conn('accounts').where({ id: world.member.accountId }).update({ equity: '9499', equity_at: START });
		await core.behaviour.watchFalls();
		expect(await told(world)).toEqual(['medic_on']);
		const { accounts } = await core.behaviour.view(world.member.handle);
		expect(Object.fromEntries(accounts.map(({ accountId, facts: of }) => [accountId, of.medic]))).toEqual({
			[world.member.accountId]: true, [second.id]: false,
		});
		expect((await core.behaviour.view(world.member.handle)).member.medic).toBe(false);
		await core.behaviour.watchFalls();
		expect(await told(world)).toEqual(['medic_on']);
	});

	test('one member who cannot be folded keeps nobody else waiting', async () => {
		const broken = await scene(database());
		const sound = await scene(database());
		const { core } = broken.test;
		await closedRow(broken, START - 2);
		await broken.test.core.behaviour.view(broken.member.handle);
		await core.kernel.conn('behaviour_states').where({ member_id: broken.member.memberId }).update({ state: '{' });
		await closedRow(broken, START - 1);
		await closedRow(sound, START - 1);
		await expect(core.behaviour.foldDue()).rejects.toThrow();
		expect(await told(sound)).toEqual(['confidence_raised']);
		// And it does not open anything on a state that nobody can read.
		await expect(broken.alert()).rejects.toThrow();
		await core.kernel.conn('behaviour_states').where({ member_id: broken.member.memberId }).delete();
	});
});

describeDatabases('FULL_AUTO on tilt', (open) => {
	test('what waits in the queue does not fire: it is refused, and nothing new is queued', async () => {
		const world = await scene(await open(), { fireMode: 'FULL_AUTO', autoSlots: 1 });
		const { core, market, run, submit, ticks } = world.test;
		const { kernel } = core;
		for (const ago of [71, 70]) {
			await writeClosed(kernel, { ...world.member, closedAt: kernel.clock.now() - ago * MINUTE });
		}
		await ticks(1);
		const alert = async (symbol: string) => (await run(await submit({ symbol, confidence: 99, members: [world.member.handle] })))[0];
		const first = await alert('BTC/USDT');
		expect(first?.routed?.outcome).toBe('fire');
		const waiting = await alert('ETH/USDT');
		expect(waiting?.routed?.outcome).toBe('queued');
		await core.orders.tightenStop({
			accountId: world.member.accountId, symbol: 'BTC/USDT', price: '50000' as never, actor: 'member:self',
		});
		await core.behaviour.foldDue();
		market.lift('BTC/USDT');
		await core.orders.closePosition({
			accountId: world.member.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		});
		await ticks(2);
		const ticket = await core.firemodes.get(waiting?.routed?.ticket.id ?? 'tkt_');
		expect(ticket).toMatchObject({ state: 'REFUSED', code: 'TILT_AUTO_OFF' });
		expect(await world.rows('orders', { leg: 'entry' })).toHaveLength(1);
		const next = await alert('SOL/USDT');
		expect(next?.verdict).toMatchObject({ decision: 'BLOCK', code: 'TILT_AUTO_OFF' });
	});
});
