import { TRADING_STATES } from '../../../core/safety';
import type { CheckResult } from '../../../core/risk';
import { judgeCancel, judgeClose } from '../../../core/risk/closing';
import { decide, judgeOpening, limitOnTick, mayReserve, triggerOnTick } from '../../../core/risk/gate';
import { START } from '../../support/databases';
import { BTC, d, snapshot, trade, type SnapshotParts } from './snapshots';

const found = (result: CheckResult['result'], code: CheckResult['code']): CheckResult => ({
	check: 'x', code, result, limit: null, observed: null, message: 'text',
});

describe('the decision', () => {
	const ok = found('pass', 'OK');
	const near = found('warn', 'STOP_LOSS_NEAR');
	const low = found('warn', 'REWARD_RISK_LOW');
	const waits = found('warn', 'WAITS_FOR_CAPACITY');
	const stop = found('block', 'STOP_LOSS_MISSING');
	const late = found('block', 'SIGNAL_EXPIRED');
	test.each([
		['nothing to say', [ok, ok], 'PASS', 'OK', false],
		['the first warning speaks', [ok, near, low], 'WARN', 'STOP_LOSS_NEAR', false],
		['the first block speaks', [near, stop, late], 'BLOCK', 'STOP_LOSS_MISSING', false],
		['waiting speaks before other warnings', [near, waits], 'WARN', 'WAITS_FOR_CAPACITY', true],
		['what is blocked does not wait', [waits, late], 'BLOCK', 'SIGNAL_EXPIRED', false],
		['no checks', [], 'PASS', 'OK', false],
	] as const)('%s', (_, checks, decision, code, waitsForCapacity) => {
		expect(decide(checks)).toEqual({ decision, code, checks, waitsForCapacity });
	});
});

describe('opening', () => {
	test('every check is reported once, in the same order, whatever happens', () => {
		const names = judgeOpening(snapshot()).checks.map((check) => check.check);
		expect(new Set(names).size).toBe(names.length);
		expect(names.slice(0, 10)).toEqual([
			'balance', 'position_limit', 'risk_per_trade', 'daily_loss', 'stop_loss', 'reward_risk',
			'price_sanity', 'quantity', 'order_to_trade', 'circuit_breaker',
		]);
		const broken = snapshot({ market: null, quote: null, member: { tier: null }, account: { equity: null } });
		expect(judgeOpening(broken).checks.map((check) => check.check)).toEqual(names);
	});

	test('only one check fails where only one rule is broken', () => {
		// 27 % of equity with the stop 5 % away: the value would do, the risk would not.
		const { checks, decision } = judgeOpening(
			snapshot({ signal: { quantity: d('0.045'), stopLoss: d(57000), takeProfits: [{ price: d(69000), share: d(1) }] } }),
		);
		expect(decision).toBe('BLOCK');
		expect(checks.filter((check) => check.result !== 'pass').map((check) => check.code)).toEqual(['RISK_PER_TRADE']);
	});

	const full: SnapshotParts[] = [
		{ reservations: [{ symbol: 'DOT/USDT', risk: d(1), cash: d(9000) }], signal: { quantity: d('0.05') } },
		{ trades: ['A', 'B', 'C', 'D', 'E'].map((symbol) => trade({ symbol, stopLoss: d(3000) })) },
		{ trades: [trade({ symbol: 'DOT/USDT', openQuantity: d(18) })] },
		{ account: { dayStartEquity: d(100000) }, trades: [trade({ symbol: 'DOT/USDT', openQuantity: d(31) })] },
	];
	const WAITING = ['balance', 'position_limit', 'daily_loss', 'total_open_risk'];
	test.each(full.map((parts, index) => [WAITING[index], parts] as const))(
		'%s, used up by others: FULL AUTO waits, MANUAL is blocked',
		(check, parts) => {
			const manual = judgeOpening(snapshot(parts));
			const blocked = manual.checks.filter(({ result }) => result === 'block');
			expect(blocked.map((result) => result.check)).toEqual([check]);
			expect(manual).toMatchObject({ decision: 'BLOCK', code: blocked[0]?.code, waitsForCapacity: false });
			expect(mayReserve(manual)).toBe(false);
			const auto = judgeOpening(snapshot({ ...parts, mode: 'FULL_AUTO' }));
			expect(auto).toMatchObject({ decision: 'WARN', code: 'WAITS_FOR_CAPACITY', waitsForCapacity: true });
			expect(auto.checks.find((result) => result.check === check)).toMatchObject({
				result: 'warn', code: 'WAITS_FOR_CAPACITY', limit: blocked[0]?.limit, observed: blocked[0]?.observed,
			});
			expect(mayReserve(auto)).toBe(false);
		},
	);

	test('in FULL AUTO what would fail alone does not wait', () => {
		const parts = { mode: 'FULL_AUTO', account: { realisedToday: d(-590) } } as const;
		expect(judgeOpening(snapshot(parts))).toMatchObject({ decision: 'BLOCK', code: 'DAILY_LOSS_LIMIT' });
		const both = { ...full[1], mode: 'FULL_AUTO', signal: { confidence: d(90) } } as const;
		const judged = judgeOpening(snapshot(both));
		expect(judged).toMatchObject({ decision: 'BLOCK', code: 'CONFIDENCE_LOW', waitsForCapacity: false });
	});

	test('an open trade in the symbol blocks in FULL AUTO too', () => {
		const parts = { mode: 'FULL_AUTO', trades: [trade({ symbol: 'BTC/USDT' })] } as const;
		expect(judgeOpening(snapshot(parts))).toMatchObject({ decision: 'BLOCK', code: 'POSITION_EXISTS' });
	});

	test.each([
		['-264.02', 'LOW'],
		['-264.03', 'MEDIUM'],
		['-384.03', 'HIGH'],
		['-504.03', 'CRITICAL'],
		['-9000', 'CRITICAL'],
		['300', 'LOW'],
	])('with %s realised and 35.97 of 600 at stake the level is %s', (realised, level) => {
		const { intent } = judgeOpening(snapshot({ account: { realisedToday: d(realised) } }));
		expect(intent?.riskLevel).toBe(level);
	});

	test('what passes may reserve', () => {
		const judged = judgeOpening(snapshot());
		expect(mayReserve(judged)).toBe(true);
		expect(mayReserve({ ...judged, intent: null })).toBe(false);
	});

	test('the intent of a stop-limit has a limit on the grid and its trigger', () => {
		const types = { venue: { orderTypes: ['stop', 'stop_limit'] } } as const;
		const signal = { orderType: 'stop_limit', entry: d('60000.019'), trigger: d(60000) } as const;
		expect(judgeOpening(snapshot({ ...types, signal })).intent).toMatchObject({
			type: 'stop_limit', price: '60000.01', triggerPrice: '60000', referencePrice: '60000.019',
		});
		const stop = { orderType: 'stop', trigger: d(60000) } as const;
		expect(judgeOpening(snapshot({ ...types, signal: stop })).intent).toMatchObject({
			type: 'stop', price: null, triggerPrice: '60000', referencePrice: '60000',
		});
	});

	test('what the database keeps of risk and cash is never less than what was judged', () => {
		const signal = { quantity: d('0.00012'), stopLoss: d('59400.123456789012345678') };
		const { intent } = judgeOpening(snapshot({ signal }));
		for (const amount of [intent?.risk, intent?.cash]) {
			expect((amount?.split('.')[1] ?? '').length).toBeLessThanOrEqual(18);
		}
		// 0.00012 × 719.276666667776666667678 is 0.08631320000013320000012136.
		expect(intent?.risk).toBe('0.086313200000133201');
	});
});

test.each([
	['buy', '100.019', '100.01'],
	['sell', '100.011', '100.02'],
	['buy', '100.01', '100.01'],
	['sell', '100.01', '100.01'],
] as const)('a limit to %s at %s goes out at %s', (side, asked, price) => {
	expect(limitOnTick(d(asked), BTC, side)).toBe(price);
});

test.each([
	['buy', '100.011', '100.02'],
	['sell', '100.019', '100.01'],
	['buy', '100.01', '100.01'],
	['sell', '100.01', '100.01'],
] as const)('a trigger to %s at %s goes out at %s: never sooner than asked', (side, asked, trigger) => {
	expect(triggerOnTick(d(asked), BTC, side)).toBe(trigger);
	expect(triggerOnTick(null, BTC, side)).toBeNull();
});

describe('closing', () => {
	const facts = {
		symbol: 'BTC/USDT', account: { kind: 'paper' }, run: { manual: false, allowLive: false },
		signal: { side: null, createdAt: START }, trade: { side: 'buy', openedAt: START },
	} as const;
	test.each([
		['a long', {}, 'PASS', 'OK'],
		['a long, by a sale', { signal: { side: 'sell', createdAt: START } }, 'PASS', 'OK'],
		['a long, by a buy', { signal: { side: 'buy', createdAt: START } }, 'BLOCK', 'NOTHING_TO_CLOSE'],
		['a short, by a buy', {
			trade: { side: 'sell', openedAt: START }, signal: { side: 'buy', createdAt: START },
		}, 'PASS', 'OK'],
		['nothing', { trade: null }, 'BLOCK', 'NOTHING_TO_CLOSE'],
		['a trade that opened later', { signal: { side: null, createdAt: START - 1 } }, 'BLOCK', 'NOTHING_TO_CLOSE'],
		['a trade of the same second, by a sender of whole seconds', {
			trade: { side: 'buy', openedAt: START + 999 },
		}, 'PASS', 'OK'],
		['a trade of the next second, by a sender of whole seconds', {
			trade: { side: 'buy', openedAt: START + 1_000 },
		}, 'BLOCK', 'NOTHING_TO_CLOSE'],
		['by hand, live', { run: { manual: true, allowLive: false }, account: { kind: 'live' } }, 'BLOCK', 'MANUAL_RUN_LIVE'],
	] as const)('%s: %s', (_, change, decision, code) => {
		expect(judgeClose({ ...facts, ...change })).toMatchObject({ decision, code, intent: null });
	});

	test('no trading state has a say: it is not even looked at', () => {
		expect(TRADING_STATES).toContain('LOCKED');
		expect(judgeClose(facts).checks.map((check) => check.check)).toEqual(['open_trade', 'manual_run']);
	});

	test.each([
		[1, 'PASS', 'OK'],
		[0, 'BLOCK', 'NOTHING_TO_CANCEL'],
	] as const)('a cancel with %s waiting: %s', (waiting, decision, code) => {
		expect(judgeCancel({ ...facts, waiting })).toMatchObject({ decision, code });
	});
});
