import { Problem } from './problem.mjs';
import { waitFor } from './run.mjs';

/**
 * Until n8n passes the contract's calls to our nodes. n8n is "ready" some time before it has
 * registered the webhooks of published workflows.
 */
export async function waitForWebhooks(urls, token, { timeoutMs = 60_000 } = {}) {
	const calls = [
		{ url: urls.signalUrl, method: 'POST' },
		{ url: urls.fireUrl, method: 'POST' },
		{
			url: `${urls.statusUrl}?id=sig_none`,
			method: 'GET',
			headers: { authorization: `Bearer ${token}` },
		},
	];
	let waiting = calls;
	const done = await waitFor(
		async () => {
			const states = await Promise.all(calls.map(async (call) => [call, await isRegistered(call)]));
			waiting = states.filter(([, registered]) => !registered).map(([call]) => call);
			return waiting.length === 0;
		},
		{ timeoutMs },
	);
	if (done) return;
	const missing = waiting.map(({ method, url }) => `${method} ${url.split('?')[0]}`).join(', ');
	throw new Problem(`n8n runs, but does not answer ${missing}.`, {
		hint: 'the workflow with that trigger is not published (any more): open the editor, publish it, and start again.',
	});
}

/** Without a body and mostly without a key: the answer is a refusal, but it is our node's. */
async function isRegistered({ url, method, headers = {} }) {
	try {
		const answer = await fetch(url, { method, headers, signal: AbortSignal.timeout(5000) });
		const text = await answer.text();
		if (headers.authorization && answer.status === 401) return false;
		return !(answer.status === 404 && text.includes('not registered'));
	} catch {
		return false; // intentional: not listening yet
	}
}
