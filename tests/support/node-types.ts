import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeType, INodeTypes } from 'n8n-workflow';

const root = join(__dirname, '..', '..');
const BUILT_IN = join(root, 'docker', 'host', 'node_modules', 'n8n-nodes-base', 'dist', 'nodes');
export const PACKAGE = 'n8n-nodes-firecontrol';

/** n8n's own nodes that templates may use, with the newest version that 2.40 has. */
export const BUILT_IN_NODES: Readonly<Record<string, { file: string; newest: number }>> = {
	'n8n-nodes-base.stickyNote': { file: 'StickyNote/StickyNote.node.js', newest: 1 },
	'n8n-nodes-base.if': { file: 'If/If.node.js', newest: 2.3 },
	'n8n-nodes-base.scheduleTrigger': { file: 'Schedule/ScheduleTrigger.node.js', newest: 1.4 },
	'n8n-nodes-base.noOp': { file: 'NoOp/NoOp.node.js', newest: 1 },
	'n8n-nodes-base.manualTrigger': { file: 'ManualTrigger/ManualTrigger.node.js', newest: 1 },
	'n8n-nodes-base.sort': { file: 'Transform/Sort/Sort.node.js', newest: 1 },
	'n8n-nodes-base.set': { file: 'Set/Set.node.js', newest: 3.5 },
	'n8n-nodes-base.httpRequest': { file: 'HttpRequest/HttpRequest.node.js', newest: 4.5 },
};

interface Manifest {
	readonly n8n: { readonly nodes: readonly string[]; readonly credentials: readonly string[] };
}

export const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function instance(file: string): any {
	const name = file.split('/').at(-1)?.split('.')[0] ?? '';
	return new (require(file)[name])();
}

/** Our node types, from the sources, by the file that package.json names. */
export function ourNodes(): Map<string, INodeType> {
	const types = new Map<string, INodeType>();
	for (const file of manifest.n8n.nodes) {
		const source = join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
		const name = source.split('/').at(-1)?.split('.')[0] ?? '';
		const type: INodeType = new (require(source)[name])();
		types.set(`${PACKAGE}.${type.description.name}`, type);
	}
	return types;
}

/** The registry that n8n's engine asks: our nodes and the allowed built-in ones. */
export function nodeTypes(): INodeTypes {
	const ours = ourNodes();
	const builtIn = new Map<string, any>();
	const find = (type: string, version?: number): INodeType => {
		const own = ours.get(type);
		if (own !== undefined) return own;
		const known = BUILT_IN_NODES[type];
		if (known === undefined) throw new Error(`The node type ${type} is not allowed.`);
		const made = builtIn.get(type) ?? instance(join(BUILT_IN, known.file));
		builtIn.set(type, made);
		return 'getNodeType' in made ? made.getNodeType(version) : made;
	};
	return {
		getByName: (type) => find(type),
		getByNameAndVersion: (type, version) => find(type, version),
		getKnownTypes: () => ({}),
	};
}
