import { FEATURES, readSources, type Source } from './sources';

const sources = readSources();
const all = [...sources.values()];

const featureOf = (path: string): string | null => /^core\/([^/]+)\//.exec(path)?.[1] ?? null;

/** `who imports what` for every import that `wrong` finds. */
function violations(wrong: (source: Source, from: string, file: string | null) => boolean): string[] {
	return all.flatMap((source) =>
		source.imports
			.filter(({ from, file }) => wrong(source, from, file))
			.map(({ from }) => `${source.path} imports ${from}`),
	);
}

it('reads the sources it speaks of', () => {
	expect(all.length).toBeGreaterThan(150);
	expect(all.reduce((sum, { imports }) => sum + imports.length, 0)).toBeGreaterThan(500);
	const features = new Set(all.map(({ path }) => featureOf(path)).filter((name) => name !== null));
	expect([...features].sort()).toEqual([...FEATURES].sort());
});

it('finds every file that a relative import names', () => {
	expect(violations((_, from, file) => from.startsWith('.') && !sources.has(file ?? ''))).toEqual([]);
});

it('lets the core import nothing from n8n, and nothing from the nodes', () => {
	expect(
		violations(
			({ path }, from, file) =>
				path.startsWith('core/') &&
				(/^(n8n-|@n8n\/)/.test(from) || /^(nodes|credentials)\//.test(file ?? '')),
		),
	).toEqual([]);
});

it('lets nodes and credentials see the core only through its one door', () => {
	expect(
		violations(
			({ path }, _, file) =>
				!path.startsWith('core/') && (file ?? '').startsWith('core/') && file !== 'core/index.ts',
		),
	).toEqual([]);
});

it('lets nodes take from n8n only n8n-workflow', () => {
	expect(violations((_, from) => /^(n8n-|@n8n\/)/.test(from) && from !== 'n8n-workflow')).toEqual([]);
});

it('lets a feature import only features below it, through their index.ts', () => {
	const order: readonly string[] = FEATURES;
	expect(
		violations(({ path }, _, file) => {
			const own = featureOf(path);
			const other = featureOf(file ?? '');
			if (own === null || other === null || own === other) return false;
			return order.indexOf(other) > order.indexOf(own) || file !== `core/${other}/index.ts`;
		}),
	).toEqual([]);
});

it('lets no feature import the wiring above all of them', () => {
	expect(
		violations(
			({ path }, _, file) => featureOf(path) !== null && /^core\/[^/]+\.ts$/.test(file ?? ''),
		),
	).toEqual([]);
});

it('has no circles', () => {
	const state = new Map<string, 'open' | 'done'>();
	const circles: string[] = [];
	const visit = (path: string, trail: readonly string[]): void => {
		if (state.get(path) === 'done') return;
		if (state.get(path) === 'open') {
			circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
			return;
		}
		state.set(path, 'open');
		for (const { file } of sources.get(path)?.imports ?? []) {
			if (file !== null && sources.has(file)) visit(file, [...trail, path]);
		}
		state.set(path, 'done');
	};
	for (const path of sources.keys()) visit(path, []);
	expect(circles).toEqual([]);
});
