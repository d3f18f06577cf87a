import { Problem } from '../lib/problem.mjs';
import { follow, submit } from './http.mjs';
import { GAP_MS, HOLD_MS, planDemo } from './plan.mjs';

const POLL_MS = 1_000;
const PLAN_TRIES = 60;
const OPEN_WITHIN_MS = 120_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The plan looks ahead in the demo market; when it finds no fitting swings yet, it waits a little. */
export async function findPlan(market, handle) {
	for (let attempt = 0; attempt < PLAN_TRIES; attempt++) {
		const start = Date.now() + 1_000;
		const alerts = planDemo({ ...market, start, handle, run: handle });
		if (alerts !== null) return { start, alerts };
		await sleep(POLL_MS);
	}
	throw new Problem('The demo market shows no fitting swings.', { hint: 'run the demo again.' });
}

/** A close makes sense only once its trade is open. */
async function untilOpen(demo, sent, role) {
	const target = sent.find((entry) => entry.role === role);
	for (const end = Date.now() + OPEN_WITHIN_MS; Date.now() < end; await sleep(POLL_MS)) {
		const status = await follow(demo, target.answer.signal_id);
		if (status.accounts.some(({ orders }) => orders.some((order) => order.state === 'FILLED'))) return;
	}
}

/** Sends the alerts at their planned times and returns each with its answer. */
export async function sendAll(demo, { start, alerts }, print = () => {}) {
	const sent = [];
	for (const [index, alert] of alerts.entries()) {
		await sleep(Math.max(0, start + index * GAP_MS - Date.now()));
		if (alert.waitFor) {
			await untilOpen(demo, sent, alert.waitFor);
			await sleep(HOLD_MS);
		}
		const { status, answer } = await submit(demo, alert);
		sent.push({ ...alert, status, answer });
		print(`${String(sent.length).padStart(2)} ${alert.title} → ${status}`);
	}
	return sent;
}
