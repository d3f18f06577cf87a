import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest } from '../support/node-types';
import { FEATURES, pathsUnder, readSources, root } from './sources';

const all = [...readSources().values()];

it('keeps files at three hundred lines at most, and most of them far below', () => {
	expect(all.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
	const sorted = all.map(({ lines }) => lines).sort((a, b) => a - b);
	expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(100);
});

it('gives every feature its one door', () => {
	for (const feature of FEATURES) {
		expect([feature, existsSync(join(root, 'core', feature, 'index.ts'))]).toEqual([feature, true]);
	}
});

it('exports nothing by default and uses node: for built-in modules', () => {
	expect(all.filter(({ code }) => /\bexport default\b/.test(code)).map(({ path }) => path)).toEqual([]);
	const bare = all.flatMap(({ path, imports }) =>
		imports
			.filter(({ from }) => /^(fs|path|os|crypto|http|https|net|url|util|events|stream|timers)(\/|$)/.test(from))
			.map(({ from }) => `${path} imports ${from}`),
	);
	expect(bare).toEqual([]);
});

it('leaves no work unfinished in a comment', () => {
	const marks = /\b(TODO|FIXME|XXX|HACK)\b/;
	expect(all.filter(({ text }) => marks.test(text)).map(({ path }) => path)).toEqual([]);
});

describe('nodes', () => {
	const folders = readdirSync(join(root, 'nodes'), { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !['shared', 'icons'].includes(entry.name))
		.map(({ name }) => name);

	it('are all registered, and so are the credentials', () => {
		expect([...manifest.n8n.nodes].sort()).toEqual(
			folders.map((name) => `dist/nodes/${name}/${name}.node.js`).sort(),
		);
		expect([...manifest.n8n.credentials].sort()).toEqual(
			pathsUnder('credentials', ['.credentials.ts'])
				.map((path) => `dist/${path.replace(/\.ts$/, '.js')}`)
				.sort(),
		);
	});

	it.each(folders)('%s has the files by which a newcomer finds things', (name) => {
		const folder = join(root, 'nodes', name);
		for (const file of [`${name}.node.ts`, `${name}.node.json`, `${name}.description.ts`, '__schema__']) {
			expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
		}
		const lines = readFileSync(join(folder, `${name}.node.ts`), 'utf8').split('\n').length - 1;
		expect(lines).toBeLessThanOrEqual(80);
	});

	it('read parameters only in *.params.ts and the readers they share', () => {
		const readers = all
			.filter(({ path, code }) => path.startsWith('nodes/') && code.includes('getNodeParameter('))
			.map(({ path }) => path)
			// Which outputs a node has hangs on its operation, so these look at that one themselves.
			.filter((path) => !/\.params\.ts$|^nodes\/shared\/|\.node\.ts$/.test(path));
		expect(readers).toEqual([]);
	});

	it('loop over items only in runItems', () => {
		const loops = all
			.filter(({ path, code }) => path.startsWith('nodes/') && code.includes('getInputData('))
			.map(({ path }) => path);
		// params.ts looks at the one item whose parameters it reads.
		expect(loops).toEqual(['nodes/shared/params.ts', 'nodes/shared/runItems.ts']);
	});
});
