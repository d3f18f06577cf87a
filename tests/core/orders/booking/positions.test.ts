import fc from 'fast-check';
import {
	abs, add, decimal, div, eq, floorToStep, gt, isZero, ManualClock, min, mul, newId, seededRng, sub, ZERO,
	type Decimal,
} from '../../../../core/model';
import { openQuantity, type Position, type Trade } from '../../../../core/orders';
import { bookFill, feeInCurrency, unrealised } from '../../../../core/orders/booking/positions';
import { runs } from '../../../support/runs';

const clock = new ManualClock(1_000);
const rng = seededRng(1);
const accountId = newId('acc', clock, rng);

function opening(side: 'buy' | 'sell'): Trade {
	return {
		id: newId('trd', clock, rng), accountId, memberId: newId('mbr', clock, rng), signalId: null,
		ticketId: null, source: null, venue: 'x', symbol: 'BTC/USDT', side, state: 'OPENING',
		plannedQuantity: decimal(10), enteredQuantity: ZERO, exitedQuantity: ZERO, entryValue: ZERO,
		exitValue: ZERO, fees: ZERO, feesBooked: ZERO, realisedGross: ZERO, realisedNet: ZERO,
		stopLoss: null, initialRisk: ZERO, closeReason: null, closeActor: null, exitReason: null,
		planKept: null, stopHonoured: null, openedAt: null, closedAt: null, createdAt: 0, policyVersion: 'p',
	};
}
const flat: Position = {
	accountId, symbol: 'BTC/USDT', quantity: ZERO, cost: ZERO, tradeId: null, updatedAt: 0,
};
const fill = (side: 'buy' | 'sell', quantity: string, price: string, fee = '0') => ({
	side, quantity: decimal(quantity), price: decimal(price), fee: decimal(fee),
});

test('a long with a partial close takes its part of cost and entry fees', () => {
	const first = bookFill(opening('buy'), flat, fill('buy', '2', '100', '1'), 'USDT');
	expect(first).toMatchObject({ cashDelta: '-201', realisedNet: '0', position: { quantity: '2', cost: '200' } });
	const second = bookFill(first.trade, first.position, fill('buy', '1', '130', '0.5'), 'USDT');
	expect(second.position).toMatchObject({ quantity: '3', cost: '330' });
	const part = bookFill(second.trade, second.position, fill('sell', '1', '120', '0.3'), 'USDT');
	// gross 120 − 110, less its own fee 0.3 and a third of 1.5
	expect(part).toMatchObject({
		cashDelta: '119.7', realisedNet: '9.2',
		position: { quantity: '2', cost: '220' },
		trade: { realisedGross: '10', realisedNet: '9.2', fees: '1.8', feesBooked: '0.8' },
	});
	expect(unrealised(part.position, decimal(115))).toBe('10');
});

test('a short mirrors it', () => {
	const short = bookFill(opening('sell'), flat, fill('sell', '2', '100', '1'), 'USDT');
	expect(short).toMatchObject({ cashDelta: '199', position: { quantity: '-2', cost: '-200' } });
	expect(unrealised(short.position, decimal(90))).toBe('20');
	const back = bookFill(short.trade, short.position, fill('buy', '2', '90', '0.5'), 'USDT');
	expect(back).toMatchObject({
		cashDelta: '-180.5', realisedNet: '18.5', position: { quantity: '0', cost: '0' },
	});
});

test('adding to a short raises its signed cost by what was received (a known defect elsewhere)', () => {
	const one = bookFill(opening('sell'), flat, fill('sell', '1', '100'), 'USDT');
	const two = bookFill(one.trade, one.position, fill('sell', '1', '120'), 'USDT');
	expect(two.position).toMatchObject({ quantity: '-2', cost: '-220' });
});

test('an exit larger than what is open is an error, not a flipped position', () => {
	const long = bookFill(opening('buy'), flat, fill('buy', '1', '100'), 'USDT');
	expect(() => bookFill(long.trade, long.position, fill('sell', '1.1', '100'), 'USDT')).toThrow(
		expect.objectContaining({ code: 'EXIT_EXCEEDS_POSITION' }),
	);
});

test.each([
	['USDT', '0.123456781', 'USDT', '0.12345679'],
	['BTC', '0.00001', 'USDT', '0.6'],
	['BNB', '0.01', 'USDT', null],
	['BNB', '0', 'USDT', '0'],
])('a fee of %s %s in %s is %s', (feeCurrency, fee, currency, booked) => {
	const found = feeInCurrency(
		{ symbol: 'BTC/USDT', price: decimal(60_000), fee: decimal(fee), feeCurrency },
		currency,
	);
	expect(found).toBe(booked);
});

const step = fc.record({
	/** Share of what is open that an exit takes, in thousandths; null enters more. */
	exit: fc.option(fc.integer({ min: 1, max: 1_000 })),
	lots: fc.integer({ min: 1, max: 1_000_000 }),
	price: fc.integer({ min: 1, max: 10_000_000 }),
	fee: fc.integer({ min: 0, max: 100_000_000 }),
});

test('money is conserved to the last digit: Σ cash = Σ net, whatever happens in between', () => {
	const run = fc.record({
		side: fc.constantFrom('buy' as const, 'sell' as const),
		currency: fc.constantFrom('USDT', 'USD', 'JPY'),
		steps: fc.array(step, { minLength: 1, maxLength: 25 }),
	});
	fc.assert(
		fc.property(run, ({ side, currency, steps }) => {
			let trade = opening(side);
			let position = flat;
			let cash: Decimal = ZERO;
			let net: Decimal = ZERO;
			const book = (fillSide: 'buy' | 'sell', quantity: Decimal, price: Decimal, feeAmount: Decimal): void => {
				const fee = feeInCurrency({ symbol: 'BTC/USDT', price, fee: feeAmount, feeCurrency: currency }, currency);
				const booked = bookFill(trade, position, { side: fillSide, quantity, price, fee: fee ?? ZERO }, currency);
				({ trade, position } = booked);
				cash = add(cash, booked.cashDelta);
				net = add(net, booked.realisedNet);
			};
			const other = side === 'buy' ? 'sell' : 'buy';
			for (const { exit, lots, price, fee } of steps) {
				const at = div(price, 1_000);
				const open = openQuantity(trade);
				const size = exit === null ? decimal(`${lots}e-5`) : floorToStep(mul(open, div(exit, 1_000)), '1e-5');
				if (isZero(size)) continue;
				book(exit === null ? side : other, exit === null ? size : min(size, open), at, decimal(`${fee}e-9`));
			}
			const open = openQuantity(trade);
			if (gt(open, 0)) book(other, open, decimal('123.457'), decimal('0.000000011'));
			return (
				eq(cash, net) && eq(net, trade.realisedNet) && eq(trade.fees, trade.feesBooked) &&
				eq(trade.realisedNet, sub(trade.realisedGross, trade.fees)) &&
				isZero(position.quantity) && isZero(position.cost) && eq(abs(openQuantity(trade)), 0)
			);
		}),
		{ numRuns: runs(1_500) },
	);
});
