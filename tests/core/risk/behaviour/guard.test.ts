import { MINUTE, SECOND } from '../../../../core/model';
import { describeDatabases } from '../../../support/databases';
import { codes, scene, type Scene } from '../scene';

describeDatabases('the behaviour guard', (open) => {
	/** A database of its own: the engine's leases are held against the clock that each test moves. */
	const begin = async (options: Parameters<typeof scene>[1] = {}): Promise<Scene> => scene(await open(), options);

	/** Opens a trade and lets the market hit its stop (5 % away) or its target (15 %). */
	async function trade(world: Scene, result: 'win' | 'loss', symbol = 'BTC/USDT'): Promise<void> {
		const { market, ticks } = world.test;
		const before = market.mid(symbol);
		const verdict = await world.open({ symbol });
		expect(codes(verdict)).toEqual([]);
		market.set(symbol, market.away(symbol, result === 'win' ? 20 : -6));
		await ticks(3);
		market.set(symbol, before);
		const open = await world.rows('trades', { symbol, state: 'OPEN' });
		expect(open).toEqual([]);
	}

	const told = async (world: Scene): Promise<string[]> => {
		const rows = await world.test.core.kernel.conn('events')
			.where({ member_id: world.member.memberId })
			.where((query) => void query.where('type', 'like', 'behaviour.%').orWhere('type', 'member.self_locked'))
			.orderBy('seq');
		return rows.map((row: { type: string }) => row.type.replace('behaviour.', ''));
	};
	const wait = async (world: Scene, milliseconds: number): Promise<void> => {
		world.database.clock.advance(milliseconds - SECOND);
		await world.test.ticks(1);
	};
	const standing = async (world: Scene) => (await world.test.core.behaviour.view(world.member.handle)).accounts[0]?.facts;

	test('a loss blocks for five minutes and asks for more confidence; a win gives it back', async () => {
		const world = await begin();
		await trade(world, 'loss');
		expect(codes(await world.alert({ symbol: 'ETH/USDT' }))).toContain('REVENGE_BLOCK');
		await wait(world, 5 * MINUTE);
		const low = await world.alert({ symbol: 'ETH/USDT', confidence: 97 });
		expect(codes(low)).toEqual([]);
		expect(codes(await world.alert({ symbol: 'ETH/USDT', confidence: 94 }))).toEqual(['CONFIDENCE_LOW']);
		expect(await told(world)).toEqual(['confidence_raised']);
		expect(await standing(world)).toMatchObject({
			consecutiveLosses: 1, requiredConfidenceExtra: 11, memberLosses: { inARow: 1, today: 1 },
		});
		await trade(world, 'win', 'ETH/USDT');
		expect(await told(world)).toEqual(['confidence_raised', 'confidence_reset']);
		expect(codes(await world.alert({ symbol: 'SOL/USDT', confidence: 90 }))).toEqual([]);
	});

	test('the gate folds in what the engine has not looked at yet', async () => {
		const world = await begin();
		const { core, market } = world.test;
		await world.open();
		market.set('BTC/USDT', market.away('BTC/USDT', -6));
		await core.orders.watch();
		expect(codes(await world.alert({ symbol: 'ETH/USDT' }))).toContain('REVENGE_BLOCK');
		expect(await told(world)).toEqual(['confidence_raised']);
		await core.behaviour.foldDue();
		await core.behaviour.foldDue();
		expect(await told(world)).toEqual(['confidence_raised']);
	});

	test('five losses: warned, locked out, tripped without a new signal; the next day trades again', async () => {
		const world = await begin();
		const best = { confidence: 99 };
		const { core } = world.test;
		const equity = async () => Number((await core.members.account(world.member.accountId))?.equity);
		for (let count = 0; count < 3; count++) {
			await trade(world, 'loss');
			await wait(world, 65 * MINUTE);
		}
		expect(await told(world)).toEqual([
			'confidence_raised', 'confidence_raised', 'confidence_raised', 'warned',
		]);
		const warned = await world.alert({ symbol: 'ETH/USDT', ...best });
		expect(warned.checks.find(({ check }) => check === 'tilt')).toMatchObject({
			result: 'warn', code: 'TILT_WARNED', observed: '3', limit: '3',
		});
		const risk = Number(warned.intent?.risk) / (await equity());
		expect(risk).toBeLessThanOrEqual(0.005);
		expect(risk).toBeGreaterThan(0.0045);

		await trade(world, 'loss');
		expect((await told(world)).slice(-2)).toEqual(['confidence_raised', 'locked_out']);
		expect(codes(await world.alert({ symbol: 'ETH/USDT', ...best }))).toEqual([
			'REVENGE_BLOCK', 'LOSS_COOLDOWN', 'TILT_LOCKOUT',
		]);
		await wait(world, 65 * MINUTE);
		expect((await told(world)).at(-1)).toBe('eased');

		await trade(world, 'loss');
		expect((await told(world)).slice(-2)).toEqual(['confidence_raised', 'tilt_tripped']);
		const trips = await core.safety.open();
		expect(trips).toMatchObject([
			{
				scope: 'member', scopeId: world.member.memberId, cause: 'tilt', rearm: 'next_day',
				rearmAt: Date.UTC(2026, 10, 21),
			},
		]);
		expect(['FLATTENING', 'LOCKED']).toContain(trips[0]?.state);
		expect(codes(await world.alert({ symbol: 'ETH/USDT', ...best }))).toEqual(
			expect.arrayContaining(['TRADING_STATE', 'TILT_TRIPPED']),
		);

		world.database.clock.set(Date.UTC(2026, 10, 21, 0, 0, 30));
		await world.test.ticks(15);
		expect(await core.safety.open()).toEqual([]);
		expect((await told(world)).slice(-2)).toEqual(['confidence_reset', 'eased']);
		expect(codes(await world.alert({ symbol: 'ETH/USDT', ...best }))).toEqual([]);
	}, 60_000);
});
