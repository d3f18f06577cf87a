/** An exchange of the tests in a process of its own, driven over its control address. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const server = new URL('../support/binance/main.cjs', import.meta.url).pathname;

/** @param {readonly { id: string, bid: string, ask: string }[]} markets pairs with quotes that stay */
export async function startVenue(markets) {
	const child = spawn(process.execPath, [server, '{"heartbeatMs":1000}'], {
		stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, FIRECONTROL_VENUE_STDIN: '1' },
	});
	const [line] = await once(createInterface({ input: child.stdout }), 'line');
	const { url, streamUrl, controlUrl } = JSON.parse(line);
	const command = async (name, body) => {
		const answer = await (await fetch(`${controlUrl}/${name}`, { method: 'POST', body: JSON.stringify(body) })).json();
		if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
		return answer.result;
	};
	for (const { id, bid, ask } of markets) await command('setPrice', { symbol: id, bid, ask });
	return { url, streamUrl, command, stop: () => child.kill('SIGTERM') };
}
