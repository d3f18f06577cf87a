/**
 * Loads an installed pack by n8n's own loader, twice, and prints as JSON what n8n then knows. A
 * process of its own: the pack's nodes find n8n-workflow by NODE_PATH, exactly as inside n8n.
 */
const { existsSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [folder, hostFolder] = process.argv.slice(2);
const fromHost = createRequire(join(hostFolder, 'package.json'));
const { PackageDirectoryLoader } = fromHost('n8n-core');

/** Icon urls are `icons/<package>/<path in the package>`. */
function missingIcons({ iconUrl }, packageName) {
	const urls = typeof iconUrl === 'object' ? Object.values(iconUrl) : [iconUrl];
	return urls.filter(
		(url) => !url || !existsSync(join(folder, url.replace(`icons/${packageName}/`, ''))),
	);
}

async function main() {
	const loader = new PackageDirectoryLoader(folder);
	await loader.loadAll();
	const first = JSON.stringify(loader.types.nodes);
	loader.releaseTypes();
	await loader.ensureTypesLoaded();
	const { name, dependencies = {}, ...manifest } = loader.packageJson;
	const fromPack = createRequire(join(folder, 'package.json'));
	const describe = ({ name: typeName, codex, properties }) => ({
		name: typeName,
		hasCodex: Boolean(codex),
		properties: properties.map((property) => property.name),
	});
	const report = {
		manifestKeys: Object.keys(manifest),
		declared: { nodes: manifest.n8n.nodes.length, credentials: manifest.n8n.credentials.length },
		nodes: loader.types.nodes.map(describe),
		credentials: loader.types.credentials.map(describe),
		missingIcons: [...loader.types.nodes, ...loader.types.credentials].flatMap((type) =>
			missingIcons(type, name).map((url) => `${type.name}: ${url}`),
		),
		unchangedByReload: JSON.stringify(loader.types.nodes) === first,
		dependenciesOutside: Object.keys(dependencies).filter(
			(dependency) => !existsSync(join(folder, 'node_modules', dependency, 'package.json')),
		),
		coreOpens: typeof fromPack(join(folder, manifest.main)).openCore === 'function',
		ccxtLoadedEarly: Object.keys(require.cache).some((file) => /node_modules[\\/]ccxt[\\/]/.test(file)),
		ccxtVersion: fromPack(join(folder, 'dist/core/exchange/ccxt/client.js')).loadCcxt().version,
	};
	process.stdout.write(JSON.stringify(report), () => process.exit(0));
}

main().catch((error) => {
	process.stderr.write(`${error.stack}\n`);
	process.exit(1);
});
