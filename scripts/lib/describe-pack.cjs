/**
 * Prints, as JSON, what the installed pack's node types need on import: their credential types and
 * whether they have webhooks. A process of its own, because nodes find n8n-workflow by NODE_PATH.
 */
const path = require('node:path');

const folder = process.argv[2];
const manifest = require(path.join(folder, 'package.json'));

const types = {};
for (const file of manifest.n8n.nodes) {
	const name = path.basename(file).split('.')[0];
	const node = new (require(path.join(folder, file))[name])();
	const { description } = node.getNodeType ? node.getNodeType() : node;
	types[`${manifest.name}.${description.name}`] = {
		credentials: (description.credentials ?? []).map((credential) => credential.name),
		webhooks: (description.webhooks ?? []).length > 0,
	};
}
process.stdout.write(JSON.stringify(types));
