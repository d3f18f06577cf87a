/**
 * `npm run demo`: sends a dozen alerts to the running instance over HTTP, follows each by the status
 * call, and prints what became of them: the product's main job on one page.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readJson } from './lib/files.mjs';
import { openFirecontrol } from './lib/firecontrol.mjs';
import { ensureInstallation } from './lib/installation.mjs';
import { demoFile } from './lib/local-run.mjs';
import { runUnderNode24 } from './lib/node24.mjs';
import { packIn } from './lib/pack.mjs';
import { defaultUserFolder } from './lib/paths.mjs';
import { describeProblem, Problem } from './lib/problem.mjs';
import { follow } from './demo/http.mjs';
import { findPlan, sendAll } from './demo/send.mjs';
import { describe, HEADERS, isSettled } from './demo/report.mjs';
import { markdownTable } from './demo/table.mjs';

await runUnderNode24(import.meta.url);

const POLL_MS = 1_000;
const GIVE_UP_MS = 300_000;
/** Realistic, but without the two orders in a hundred that a venue refuses for reasons of its own. */
const SIMULATION = {
	model: 'realistic',
	profile: { rejectPercents: { rms: 0, circuit: 0, exchangeDown: 0, priceRange: 0 } },
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A member of this run only, so that the demo can be run again and again. */
async function makeMember(packFolder, installation, handle) {
	const core = await openFirecontrol(packFolder, installation);
	try {
		await core.members.upsert({
			handle, displayName: 'Demo', zone: 'UTC', tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 3,
			paperAccount: { balance: '10000', currency: 'USDT', zone: 'UTC', simulation: SIMULATION }, actor: 'operator:demo',
		});
	} finally {
		await core.close();
	}
}

async function followAll(demo, sent) {
	const open = new Set(sent.filter(({ answer }) => answer.signal_id !== undefined));
	for (const end = Date.now() + GIVE_UP_MS; open.size > 0 && Date.now() < end; await sleep(POLL_MS)) {
		for (const entry of open) {
			entry.followed = await follow(demo, entry.answer.signal_id);
			if (isSettled(entry)) open.delete(entry);
		}
	}
	return open.size;
}

async function main() {
	const userFolder = defaultUserFolder();
	const demo = readJson(demoFile(userFolder));
	if (!demo) {
		throw new Problem('No running instance found.', { hint: 'start one with `npm start`, then run the demo in another terminal.' });
	}
	const packFolder = packIn(userFolder);
	const { demoQuote, DEMO_SEED, DEMO_MARKETS } = createRequire(import.meta.url)(
		join(packFolder, 'dist', 'core', 'exchange', 'index.js'),
	);
	const { STANDARD_POLICY } = createRequire(import.meta.url)(join(packFolder, 'dist', 'core', 'model', 'index.js'));
	const quote = (symbol, at) => {
		const { bid, ask } = demoQuote(DEMO_SEED, symbol, at);
		return { bid: Number(bid), ask: Number(ask) };
	};
	const run = `demo-${Date.now().toString(36)}`;
	await makeMember(packFolder, ensureInstallation(userFolder), run);
	process.stdout.write(`Member ${run}: OPERATOR, FULL_AUTO, 3 slots, 10,000 USDT on paper.\n`);
	const market = {
		quote, symbols: DEMO_MARKETS.map(({ symbol }) => symbol), groups: STANDARD_POLICY.exposure.groups,
	};
	const plan = await findPlan(market, run);
	const sent = await sendAll(demo, plan, (line) => process.stdout.write(`  ${line}\n`));
	process.stdout.write('\nFollowing until every trade is closed (a minute or two) …\n\n');
	const unfinished = await followAll(demo, sent);
	process.stdout.write(`${markdownTable(HEADERS, sent.map(describe))}\n`);
	if (unfinished > 0) {
		throw new Problem(`${unfinished} alerts were not settled after ${GIVE_UP_MS / 60_000} minutes.`, {
			hint: 'look at them with the status call and at the executions in the editor.',
		});
	}
}

try {
	await main();
} catch (error) {
	process.stderr.write(`\n${describeProblem(error)}\n`);
	process.exitCode = 1;
}
