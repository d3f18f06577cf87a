import { readSources } from './sources';

const all = [...readSources().values()];
const core = all.filter(({ path }) => path.startsWith('core/'));

const importing = (library: RegExp): string[] =>
	all.filter(({ imports }) => imports.some(({ from }) => library.test(from))).map(({ path }) => path);
const saying = (text: RegExp, among = all): string[] =>
	among.filter(({ code }) => text.test(code)).map(({ path }) => path);

it('keeps SQL in core/db, repositories and queries', () => {
	const outside = importing(/^(knex|pg)(\/|$)/).filter(
		(path) => !/^core\/db\/|\.(repository|queries)\.ts$/.test(path),
	);
	expect(outside).toEqual([]);
});

it('gives each library that speaks to the world one file', () => {
	expect(importing(/^nodemailer(\/|$)/)).toEqual(['core/notifications/channels/email.ts']);
	expect(importing(/^web-push(\/|$)/)).toEqual(['core/notifications/channels/push.ts']);
	expect(importing(/^ccxt(\/|$)/)).toEqual(['core/exchange/ccxt/client.ts']);
	expect(importing(/^stripe(\/|$)/)).toEqual([]);
});

it('lets only risk approve an intent, and only orders call one reduce-only', () => {
	const approved = saying(/markAs<\s*'RiskApproved'\s*>/);
	expect(approved.length).toBeGreaterThan(0);
	expect(approved.filter((path) => !path.startsWith('core/risk/'))).toEqual([]);
	const reduceOnly = saying(/markAs<\s*'ReduceOnly'\s*>/);
	expect(reduceOnly.length).toBeGreaterThan(0);
	expect(reduceOnly.filter((path) => !path.startsWith('core/orders/'))).toEqual([]);
});

it('takes time and chance in the core only from the ports', () => {
	expect(saying(/\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(/, core)).toEqual([
		'core/model/clock.ts',
	]);
	const chance = /\brandom(Bytes|UUID|Int)\b|\bgetRandomValues\b/;
	const drawing = saying(chance, core).filter((path) => path !== 'core/model/rng.ts');
	// Nonces of the seal are no decision: they must be unpredictable also where a seed is set.
	expect(drawing.filter((path) => path !== 'core/members/seal.ts')).toEqual([]);
});

it('schedules nothing in the core, and in nodes only by registerCron', () => {
	expect(saying(/\bsetInterval\(/)).toEqual([]);
});

it('keeps cryptography out of the nodes', () => {
	expect(importing(/^(node:)?crypto$/).filter((path) => !path.startsWith('core/'))).toEqual([]);
});

it('casts only where brands are made', () => {
	const casts = saying(/\bas\s+(?!const\b)[A-Z{(\w]/, all.map((source) => ({
		...source,
		// Names in import and export lists, and words inside texts, are no casts.
		code: source.code
			.replace(/(import|export)[^;]*?from\s*'[^']*';/g, '')
			.replace(/export \* as/g, '')
			.replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g, "''"),
	})));
	expect(casts).toEqual(['core/model/brand.ts']);
});
