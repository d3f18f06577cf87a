import fc from 'fast-check';
import { STANDARD_POLICY } from '../../../../core/model';
import { hasWords, readImpact, weighed } from '../../../../core/risk/news/impact';

const rules = STANDARD_POLICY.news;

describe('impact', () => {
	test.each([
		['High', 'HIGH'], ['medium', 'MEDIUM'], ['LOW', 'LOW'], ['Holiday', 'HOLIDAY'], [' Red ', 'HIGH'],
		['3', 'HIGH'], ['2', 'MEDIUM'], ['1', 'LOW'], ['Non-Economic', 'LOW'], ['Orange', 'MEDIUM'],
		['severe', null], ['', null], ['constructor', null],
	])('%j means %j', (word, impact) => {
		expect(readImpact(word)).toBe(impact);
	});

	test.each([
		['FOMC Statement', 'HIGH'],
		['FOMC Meeting Minutes', 'HIGH'],
		['Non-Farm Employment Change', 'HIGH'],
		['Nonfarm Payrolls', 'HIGH'],
		['NFP', 'HIGH'],
		['Core CPI m/m', 'HIGH'],
		['core cpi (yoy)', 'HIGH'],
		['ECB Interest Rate Decision', 'HIGH'],
		['RBA Rate Statement', 'HIGH'],
		['Official Bank  Rate', 'HIGH'],
		['Unemployment Rate', 'HIGH'],
		['Advance GDP q/q', 'HIGH'],
		['Retail Sales m/m', 'HIGH'],
		['Fed Chair Speaks', 'HIGH'],
		// Parts of other words are not the word.
		['Federal Budget Balance', 'MEDIUM'],
		['Crude Oil Inventories', 'MEDIUM'],
		['Prism Index', 'MEDIUM'],
		['Shopping Mall Traffic', 'MEDIUM'],
	])('a MEDIUM "%s" counts as %s', (title, impact) => {
		expect(weighed('MEDIUM', title, rules)).toBe(impact);
	});

	test('only MEDIUM rises; nothing is ever lowered', () => {
		expect(weighed('LOW', 'CPI m/m', rules)).toBe('LOW');
		expect(weighed('HOLIDAY', 'Bank Holiday before NFP', rules)).toBe('HOLIDAY');
		expect(weighed('HIGH', 'Something', rules)).toBe('HIGH');
	});

	test('the titles are the policy’s: another list, other titles; signs in it mean themselves', () => {
		const own = { ...rules, highTitles: ['C.P.I. (y/y)'] };
		expect(weighed('MEDIUM', 'Tokyo C.P.I. (y/y)', own)).toBe('HIGH');
		expect(weighed('MEDIUM', 'CxPxIx y/y', own)).toBe('MEDIUM');
		expect(weighed('MEDIUM', 'CPI', own)).toBe('MEDIUM');
	});

	test('words are found at any place and never inside of others', () => {
		const word = fc.stringMatching(/^[A-Za-z]{2,8}$/);
		fc.assert(
			fc.property(word, word, word, (before, wanted, after) => {
				expect(hasWords(`${before} ${wanted.toUpperCase()}, ${after}`, wanted)).toBe(true);
				expect(hasWords(`${before}${wanted}${after}`, wanted)).toBe(false);
			}),
		);
	});
});
