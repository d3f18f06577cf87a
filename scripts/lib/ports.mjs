import { connect, createServer } from 'node:net';
import { Problem } from './problem.mjs';

/** Nothing listens there, on any loopback address, and we could. */
export async function isFree(port) {
	const listens = await Promise.all(['127.0.0.1', '::1'].map((host) => answers(port, host)));
	return !listens.includes(true) && (await canListen(port));
}

function answers(port, host) {
	return new Promise((done) => {
		const socket = connect({ port, host, timeout: 1000 });
		const end = (value) => {
			socket.destroy();
			done(value);
		};
		socket.once('connect', () => end(true));
		socket.once('error', () => end(false));
		socket.once('timeout', () => end(false));
	});
}

function canListen(port) {
	return new Promise((done) => {
		const server = createServer();
		server.once('error', () => done(false));
		server.listen({ port, host: '127.0.0.1' }, () => server.close(() => done(true)));
	});
}

export function freePort() {
	return new Promise((done, fail) => {
		const server = createServer();
		server.once('error', fail);
		server.listen({ port: 0, host: '127.0.0.1' }, () => {
			const { port } = server.address();
			server.close(() => done(port));
		});
	});
}

export function portFromEnvironment(fallback = 5678) {
	const text = process.env.N8N_PORT;
	if (text === undefined || text === '') return fallback;
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65536) return port;
	throw new Problem(`N8N_PORT is "${text}", which is no port.`, {
		hint: 'set it to a number from 1 to 65535, or leave it unset for 5678.',
	});
}

export async function checkPortIsFree(port) {
	if (await isFree(port)) return;
	throw new Problem(`Port ${port} is in use by another program.`, {
		hint: `end that program, or choose another port: N8N_PORT=${port + 1} npm start`,
	});
}
