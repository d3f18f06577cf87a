import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const root = join(__dirname, '..', '..');

/** Lowest first: a feature of core may import only features before it. */
export const FEATURES = [
	'model', 'db', 'audit', 'events', 'safety', 'members', 'signals', 'exchange', 'orders', 'readiness', 'risk',
	'compliance', 'emergency',
	'firemodes', 'xp', 'notifications', 'engine', 'follow',
] as const;

export interface Import {
	/** As written. */
	readonly from: string;
	/** Path of the file in the repository when it is one of ours, else null. */
	readonly file: string | null;
}

export interface Source {
	/** In the repository, with `/`. */
	readonly path: string;
	readonly text: string;
	/** Without comments. */
	readonly code: string;
	readonly lines: number;
	readonly imports: readonly Import[];
}

const IMPORT =
	/(?:^|\n)\s*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]|\bimport\s+\w+\s*=\s*require\(['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

export function pathsUnder(folder: string, endings: readonly string[]): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
		.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
		.filter((path) => !path.includes('node_modules/'))
		.sort();
}

function withoutComments(text: string): string {
	return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

/** Sources of core, nodes and credentials. */
export function readSources(): Map<string, Source> {
	const paths = ['core', 'nodes', 'credentials'].flatMap((folder) => pathsUnder(folder, ['.ts']));
	const known = new Set(paths);
	const resolve = (path: string, from: string): string | null => {
		if (!from.startsWith('.')) return null;
		const target = join(dirname(path), from).replaceAll('\\', '/');
		return [`${target}.ts`, `${target}/index.ts`].find((file) => known.has(file)) ?? target;
	};
	return new Map(
		paths.map((path) => {
			const text = readFileSync(join(root, path), 'utf8');
			const code = withoutComments(text);
			const imports = [...code.matchAll(IMPORT)].map((found): Import => {
				const from = found[1] ?? found[2] ?? found[3] ?? found[4] ?? '';
				return { from, file: resolve(path, from) };
			});
			return [path, { path, text, code, lines: text.split('\n').length - 1, imports }];
		}),
	);
}
