import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Problem } from './problem.mjs';
import { waitFor } from './run.mjs';

/** As in the policy: a quote older than this is stale. */
const quoteFreshMs = 5000;
const demoQuote = { venue: 'paper', symbol: 'BTC/USDT' };

/** The built core, through its one door, from the very package that n8n loads. */
export async function openFirecontrol(
	packFolder,
	installation,
	database = { client: 'sqlite', file: installation.databaseFile },
) {
	const require = createRequire(import.meta.url);
	const { openCore } = require(join(packFolder, 'dist', 'core', 'index.js'));
	return await openCore({
		database,
		encryptionKey: installation.encryptionKey,
		previousEncryptionKey: installation.previousEncryptionKey ?? '',
	});
}

/** Opening the core brings the schema up to date and makes the built-in member. */
export async function migrateDatabase(packFolder, installation, database) {
	const core = await openFirecontrol(packFolder, installation, database);
	await core.close();
}

/** Until the engine's heartbeat and the quotes are fresh: from then on alerts become orders. */
export async function waitForEngine(packFolder, installation, { timeoutMs = 60_000 } = {}) {
	const core = await openFirecontrol(packFolder, installation);
	let waitingFor = [];
	try {
		const ready = await waitFor(
			async () => {
				waitingFor = await whatIsMissing(core);
				return waitingFor.length === 0;
			},
			{ timeoutMs, everyMs: 250 },
		);
		if (ready) return;
	} finally {
		await core.close();
	}
	throw new Problem(`Not ready after ${timeoutMs / 1000} s: no ${waitingFor.join(' and no ')}.`, {
		hint: 'is the workflow 00-engine published? Open the editor and look at it.',
	});
}

async function whatIsMissing(core) {
	const [health, quote] = await Promise.all([
		core.engine.health(),
		core.exchanges.quotes.quote(demoQuote.venue, demoQuote.symbol),
	]);
	const missing = [];
	if (!health.alive) missing.push('fresh heartbeat of the engine');
	if (!quote || Date.now() - quote.at > quoteFreshMs)
		missing.push(`fresh quote of ${demoQuote.symbol}`);
	return missing;
}
