/** @jest-environment ./tests/support/host-environment.cjs */
import { createServer, type Server } from 'node:net';
import { host } from '../support/host';

const listen = (server: Server, options: object) =>
	new Promise<void>((done, fail) => {
		server.once('error', fail);
		server.listen(options, done);
	});

describe('a port', () => {
	it.each(['127.0.0.1', '0.0.0.0'])(
		'is not free while something listens on %s',
		async (address) => {
			const port = await host.freePort();
			expect(await host.isFree(port)).toBe(true);
			const server = createServer();
			await listen(server, { port, host: address });
			try {
				expect(await host.isFree(port)).toBe(false);
			} finally {
				await new Promise((done) => server.close(done));
			}
			expect(await host.isFree(port)).toBe(true);
		},
	);
});
