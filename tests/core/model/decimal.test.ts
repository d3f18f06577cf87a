import fc from 'fast-check';
import * as d from '../../../core/model';

const digits = (length: number) => fc.bigInt({ min: -(10n ** BigInt(length)), max: 10n ** BigInt(length) });
/** Any decimal the database can keep, as whole number of 10^-18. */
const UNIT = 18;
const units = digits(30);
const text = (whole: bigint, scale = UNIT): string => {
	const sign = whole < 0n ? '-' : '';
	const padded = (whole < 0n ? -whole : whole).toString().padStart(scale + 1, '0');
	return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
};
const value = units.map((whole) => d.decimal(text(whole)));

describe('decimal', () => {
	it.each([
		['1.50', '1.5'], ['+2', '2'], ['-0', '0'], ['0.000', '0'], ['1e3', '1000'], ['1E-7', '0.0000001'],
		['00012.0', '12'], ['-1.10', '-1.1'], ['123456789012345678901234567890', '123456789012345678901234567890'],
	])('reads %s as %s', (given, expected) => {
		expect(d.decimal(given)).toBe(expected);
	});

	it.each([0.1, 1e21, -0, 1e-9])('reads the number %d without an exponent', (given) => {
		expect(d.decimal(given)).toMatch(/^-?\d+(\.\d*[1-9])?$/);
	});

	it.each(['', ' ', 'abc', '1,5', '0x10', 'NaN', 'Infinity', '1.2.3', '--1', '+-1', '++1', '+'])('refuses "%s"', (given) => {
		expect(() => d.decimal(given)).toThrow(expect.objectContaining({ code: 'DECIMAL_INVALID' }));
	});

	it('is canonical: equal numbers have equal text', () => {
		fc.assert(
			fc.property(units, fc.nat(5), (whole, zeros) => {
				const once = d.decimal(text(whole));
				expect(d.decimal(text(whole) + '0'.repeat(zeros))).toBe(once);
				expect(d.decimal(once)).toBe(once);
				expect(once).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
			}),
		);
	});

	it('adds and subtracts as whole numbers do', () => {
		fc.assert(
			fc.property(units, units, (a, b) => {
				expect(d.add(text(a), text(b))).toBe(d.decimal(text(a + b)));
				expect(d.sub(text(a), text(b))).toBe(d.decimal(text(a - b)));
			}),
		);
		expect(d.add()).toBe('0');
		expect(d.add('0.1', '0.2', '0.3')).toBe('0.6');
	});

	it('multiplies exactly', () => {
		fc.assert(
			fc.property(digits(15), digits(15), (a, b) => {
				expect(d.mul(text(a, 9), text(b, 9))).toBe(d.decimal(text(a * b)));
			}),
		);
		expect(d.mul()).toBe('1');
	});

	it('divides to 24 decimals, and never by zero', () => {
		fc.assert(
			fc.property(value, value, (a, b) => {
				fc.pre(!d.isZero(b));
				const error = d.abs(d.sub(a, d.mul(d.div(a, b), b)));
				expect(d.lte(error, d.mul(d.abs(b), '0.000000000000000000000001'))).toBe(true);
			}),
		);
		expect(d.div(1, 3)).toBe('0.333333333333333333333333');
		expect(() => d.div(1, 0)).toThrow(expect.objectContaining({ code: 'DIVISION_BY_ZERO' }));
	});

	it('orders as numbers do', () => {
		fc.assert(
			fc.property(units, units, (a, b) => {
				const [x, y] = [text(a), text(b)];
				expect(d.cmp(x, y)).toBe(a < b ? -1 : a > b ? 1 : 0);
				expect([d.lt(x, y), d.lte(x, y), d.gt(x, y), d.gte(x, y), d.eq(x, y)]).toEqual([
					a < b, a <= b, a > b, a >= b, a === b,
				]);
				expect(d.min(x, y)).toBe(d.decimal(text(a < b ? a : b)));
				expect(d.max(x, y)).toBe(d.decimal(text(a > b ? a : b)));
				expect(d.sign(x)).toBe(a < 0n ? -1 : a > 0n ? 1 : 0);
				expect(d.neg(d.neg(x))).toBe(d.decimal(x));
				expect(d.abs(x)).toBe(d.decimal(text(a < 0n ? -a : a)));
			}),
		);
		expect(d.neg(0)).toBe('0');
	});

	it('floors to the step: the largest multiple not above', () => {
		const step = fc.constantFrom('0.00001', '0.001', '0.5', '1', '25');
		fc.assert(
			fc.property(digits(28).map((whole) => (whole < 0n ? -whole : whole)), step, (whole, unit) => {
				const given = d.decimal(text(whole));
				const floored = d.floorToStep(given, unit);
				expect(d.isMultipleOf(floored, unit)).toBe(true);
				expect(d.lte(floored, given)).toBe(true);
				expect(d.lt(d.sub(given, floored), unit)).toBe(true);
			}),
		);
		expect(d.isMultipleOf('0.3', '0.1')).toBe(true);
		expect(d.isMultipleOf('0.35', '0.1')).toBe(false);
	});

	it('a quotient that rounds up to the step is still floored below the value', () => {
		// 24 decimals of a quotient are not all of them: the product must never exceed the value.
		expect(d.floorToStep('24.999999999999999999999999', '25')).toBe('0');
		expect(d.floorToStep('99999999.999999999999999999', '100000000')).toBe('0');
		expect(d.floorToStep('-7.5', '2')).toBe('-6');
	});

	it.each([
		['0.125', 2, '0.12', '0.13', '0.12'],
		['0.135', 2, '0.14', '0.14', '0.13'],
		['-0.125', 2, '-0.12', '-0.13', '-0.12'],
		['2.5', 0, '2', '3', '2'],
		['0.001', 2, '0', '0.01', '0'],
		['-0.001', 2, '0', '-0.01', '0'],
		['1.2', 8, '1.2', '1.2', '1.2'],
	])('rounds %s to %d decimals: half-even %s, up %s, down %s', (given, scale, even, up, down) => {
		expect(d.roundHalfEven(given, scale)).toBe(even);
		expect(d.roundUp(given, scale)).toBe(up);
		expect(d.roundDown(given, scale)).toBe(down);
	});

	it('knows what the database can keep', () => {
		fc.assert(
			fc.property(units, (whole) => {
				expect(d.isStorableDecimal(d.decimal(text(whole)))).toBe(true);
			}),
		);
		const most = `${'9'.repeat(20)}.${'9'.repeat(18)}`;
		for (const yes of ['0', '-1.5', '.5', '5.', '1e19', '1e-18', '+3', most, `-${most}`, '1.0000000000000000000000']) {
			expect([yes, d.isStorableDecimal(yes)]).toEqual([yes, true]);
		}
		for (const no of ['1e20', '1e-19', `1${most}`, '0.0000000000000000001', '', '-', '.', '1e', 'x', ' 1', '1e9999', '١']) {
			expect([no, d.isStorableDecimal(no)]).toEqual([no, false]);
		}
	});

	it('is not slow on a long or a wild text', () => {
		const started = performance.now();
		expect(d.isStorableDecimal('9'.repeat(60_000))).toBe(false);
		expect(d.isStorableDecimal('1e999')).toBe(false);
		expect(performance.now() - started).toBeLessThan(1_000);
	});

	it('becomes a number for display only', () => {
		expect(d.toNumber('0.1')).toBe(0.1);
	});
});
