/** Template 01 in one real n8n: against no-op nodes, signals a minute, answer time of the intake. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templateFiles } from '../../scripts/lib/templates.mjs';
import { post, sleep, startInstance, until } from '../support/instance.mjs';
import { closeAll, countOrders, makeMembers, openingAlert, percentile, rounded } from './fixture.mjs';

const MEMBERS = 300;
const CLIENTS = 8;
const SENDERS = 11;
const NO_OP_CALLS = 600;
const noOp = new URL('./no-op.json', import.meta.url).pathname;

/** Template 01 with one signal an execution: what one alert costs, nothing shared. */
function singleSignalTemplate(folder) {
	const source = templateFiles().find((path) => path.endsWith('01-signal-to-order.json'));
	const template = JSON.parse(readFileSync(source, 'utf8'));
	const intake = template.nodes.find(({ type }) => type.endsWith('.signalIntakeTrigger'));
	intake.parameters = { ...intake.parameters, advanced: { ...intake.parameters.advanced, signalsPerExecution: 1 } };
	const path = join(folder, '01-signal-to-order.json');
	writeFileSync(path, JSON.stringify(template));
	return path;
}

async function inParallel(items, clients, work) {
	const queue = [...items];
	await Promise.all(
		Array.from({ length: clients }, async () => {
			for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
		}),
	);
}

/** Executions of a workflow that n8n has recorded as successful. */
function executions(instance, namePart) {
	const database = new DatabaseSync(join(instance.userFolder, '.n8n', 'database.sqlite'), { readOnly: true });
	try {
		const sql = `select count(*) as n from execution_entity e join workflow_entity w on w.id = e.workflowId
			where w.name like ? and e.status = 'success'`;
		return Number(database.prepare(sql).get(`%${namePart}%`).n);
	} finally {
		database.close();
	}
}

async function noOpRate(instance) {
	const url = `http://localhost:${instance.port}/webhook/bench/no-op`;
	const call = () => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((r) => r.text());
	await inParallel([...Array(60).keys()], CLIENTS, call);
	const before = executions(instance, 'Bench: as many');
	const started = performance.now();
	await inParallel([...Array(NO_OP_CALLS).keys()], CLIENTS, call);
	await until(() => executions(instance, 'Bench: as many') >= before + NO_OP_CALLS, { what: 'the no-op executions', everyMs: 100 });
	return NO_OP_CALLS / ((performance.now() - started) / 1000);
}

/** What became of the signals that are no filled orders. */
async function explain({ conn }, since) {
	const orders = await conn('orders').where('leg', 'entry').where('created_at', '>=', since).whereNot('state', 'FILLED')
		.select('state', 'code').count({ n: '*' }).groupBy('state', 'code');
	const verdicts = await conn('verdicts').where('created_at', '>=', since).where('decision', 'BLOCK')
		.select('code').count({ n: '*' }).groupBy('code');
	const tickets = await conn('tickets').where('created_at', '>=', since).whereNot('state', 'FIRED')
		.select('state', 'code').count({ n: '*' }).groupBy('state', 'code');
	process.stdout.write(`not filled: ${JSON.stringify({ orders, verdicts, tickets })}\n`);
}

async function signalRun(instance, handles, round, size, clients) {
	const since = Date.now();
	const started = performance.now();
	const alerts = handles.map((handle, index) => openingAlert(instance, handle, round, index));
	const bodies = [];
	for (let index = 0; index < alerts.length; index += size) {
		bodies.push(size === 1 ? alerts[index] : { signals: alerts.slice(index, index + size) });
	}
	let calls = 0;
	await inParallel(bodies, clients, async (body) => {
		const token = instance.tokens[calls++ % instance.tokens.length];
		for (;;) {
			const { status, headers } = await post(instance.demo.signalUrl, token, body);
			if (status !== 429) return;
			await sleep(Number(headers.get('retry-after') ?? 1) * 1000);
		}
	});
	let best = { filled: 0 };
	let lastProgress = performance.now();
	while (best.filled < handles.length && performance.now() - lastProgress < 15_000) {
		const now = await countOrders(instance.core, since);
		if (now.filled > best.filled) {
			best = now;
			lastProgress = performance.now();
		}
		await sleep(50);
	}
	const seconds = (lastProgress - started) / 1000;
	if (best.filled < handles.length) await explain(instance.core.kernel, since);
	await closeAll(instance.core);
	return { perSecond: best.filled / seconds, share: best.filled / handles.length };
}

async function intakeLatency(instance, handles, seconds = 60, perSecond = 20) {
	const times = [];
	const calls = [];
	for (let index = 0; index < seconds * perSecond; index++) {
		calls.push((async () => {
			const alert = openingAlert(instance, handles[index % handles.length], 1000 + Math.floor(index / handles.length), index);
			const started = performance.now();
			const { status } = await post(instance.demo.signalUrl, instance.demo.token, alert);
			times.push(status === 202 ? performance.now() - started : Number.POSITIVE_INFINITY);
		})());
		await sleep(1000 / perSecond);
	}
	await Promise.all(calls);
	return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** @returns {Promise<Record<string, number>>} the named figures */
export async function benchN8n(print) {
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-bench-'));
	const engine = templateFiles().filter((path) => path.endsWith('00-engine.json'));
	const figures = {};
	const percent = (share) => `${rounded(share * 100, 1)} % became filled orders`;
	const single = await startInstance({ keys: SENDERS, templates: [...engine, singleSignalTemplate(folder), noOp] });
	try {
		// Members of its own for each run: who has just closed at a loss may not open again at once.
		await signalRun(single, await makeMembers(single.core, 50, 'warm-up'), 0, 50, 1);
		const handles = await makeMembers(single.core, MEMBERS, 'ratio');
		const noOps = await noOpRate(single);
		const pipeline = await signalRun(single, handles, 1, 100, 1);
		figures.pipeline_vs_noop_ratio = rounded(pipeline.perSecond / noOps);
		print(`pipeline_vs_noop_ratio: ${figures.pipeline_vs_noop_ratio} (one signal an execution: ${rounded(pipeline.perSecond, 1)}/s against ${rounded(noOps, 1)}/s; ${percent(pipeline.share)})`);
	} finally {
		await single.end();
	}
	const instance = await startInstance({ keys: SENDERS });
	try {
		await signalRun(instance, await makeMembers(instance.core, 50, 'warm-up'), 0, 50, 1);
		for (const [name, size, round] of [['signals_per_minute_n8n', 1, 1], ['signals_per_minute_n8n_batch', 100, 2]]) {
			const handles = await makeMembers(instance.core, MEMBERS, `minute-${round}`);
			const run = await signalRun(instance, handles, round, size, size === 1 ? CLIENTS : 1);
			figures[name] = rounded(run.perSecond * 60, 0);
			print(`${name}: ${figures[name]} (${percent(run.share)})`);
		}
		const latency = await intakeLatency(instance, await makeMembers(instance.core, MEMBERS, 'latency'));
		figures.intake_p99_ms = rounded(latency.p99, 1);
		print(`intake_p99_ms: ${figures.intake_p99_ms} at 20 requests a second for 60 s (median ${rounded(latency.p50, 1)} ms)`);
	} finally {
		await instance.end();
		rmSync(folder, { recursive: true, force: true });
	}
	return figures;
}
