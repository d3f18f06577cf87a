/**
 * The exchange as a process of its own: `node tests/support/binance/main.cjs ['{"port":0}']`, with
 * `startBinance`'s options as JSON. Writes {"url","streamUrl","controlUrl"} to stdout once it
 * listens; ends on SIGTERM, or when its parent closes stdin with FIRECONTROL_VENUE_STDIN=1.
 */
require('../typescript.cjs');
const { startBinance } = require('./server.ts');

async function main() {
	const server = await startBinance(JSON.parse(process.argv[2] ?? '{}'));
	const { url, streamUrl } = server;
	process.stdout.write(`${JSON.stringify({ url, streamUrl, controlUrl: `${url}/control` })}\n`);
	const stop = () => void server.close().then(() => process.exit(0));
	process.once('SIGTERM', stop);
	process.once('SIGINT', stop);
	if (process.env.FIRECONTROL_VENUE_STDIN === '1') process.stdin.once('end', stop).resume();
}

void main();
