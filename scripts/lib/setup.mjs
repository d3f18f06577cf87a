import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { credentialsHash, importCredentials, installationCredentials } from './credentials.mjs';
import { hashFiles, readJson, writeJson } from './files.mjs';
import { fixedId } from './installation.mjs';
import {
	contentHash,
	describePack,
	exportWorkflow,
	importWorkflows,
	isPublished,
	linkTemplate,
} from './templates.mjs';

/**
 * Credentials and templates in n8n's database, each imported once and again only when it changed
 * here. What was done is written down after each step, so that an interrupted start goes on there.
 */
export async function ensureSetup({
	userFolder,
	installation,
	packFolder,
	templates,
	progress,
	database,
}) {
	const file = join(userFolder, 'firecontrol-setup.json');
	const known = hasN8nDatabase(userFolder);
	const state = { templates: {}, ...(known ? readJson(file) : {}) };
	const context = { userFolder, installation, progress, log: join(userFolder, 'n8n-setup.log') };
	const save = () => writeJson(file, state);

	const credentials = installationCredentials(installation, database);
	const wanted = credentialsHash(credentials);
	if (state.credentials !== wanted) {
		const title = known
			? 'Creating the credentials'
			: "Creating n8n's database and the credentials";
		await progress.step(title, () => importCredentials(credentials, context));
		state.credentials = wanted;
		save();
	}

	const changed = templates.filter(
		(path) => state.templates[basename(path)]?.template !== hashOf(path),
	);
	if (changed.length === 0) return;
	const linking = { installation, credentials, types: describePack(packFolder) };
	const due = [];
	const published = new Map();
	for (const path of changed) {
		const earlier = await importedEarlier(path, state, context);
		if (earlier !== null) published.set(path, earlier.published);
		if (earlier?.edited) {
			const name = basename(path);
			progress.say(`  ${name} changed here, but you edited your copy in n8n: yours stays.`);
			state.templates[name] = { ...state.templates[name], template: hashOf(path) };
		} else due.push(path);
	}
	save();
	if (due.length === 0) return;
	// An update keeps what the operator has published and what not.
	const publish = (path) => published.get(path) ?? isPublished(path);
	await progress.step(`Importing ${due.length} workflows, publishing ${due.filter(publish).length}`, () =>
		importWorkflows(due, { ...linking, ...context, publish }),
	);
	for (const path of due) {
		const linked = linkTemplate(readJson(path), { name: basename(path, '.json'), ...linking });
		state.templates[basename(path)] = { template: hashOf(path), imported: contentHash(linked) };
	}
	save();
}

/** Without n8n's database, whatever was imported is gone. */
function hasN8nDatabase(userFolder) {
	if ((process.env.DB_TYPE ?? 'sqlite') !== 'sqlite') return true;
	return existsSync(join(userFolder, '.n8n', 'database.sqlite'));
}

const hashOf = (path) => hashFiles(dirname(path), [basename(path)]);

/**
 * Only asked when a template has changed in the repository: what n8n has of it since an earlier
 * import, null when there was none.
 */
async function importedEarlier(path, state, { installation, userFolder, log }) {
	const earlier = state.templates[basename(path)];
	if (!earlier?.imported) return null;
	const id = fixedId(installation, basename(path, '.json'));
	const now = await exportWorkflow(id, { userFolder, log });
	if (now === null) return { edited: true, published: false };
	return { edited: contentHash(now) !== earlier.imported, published: now.active === true };
}
