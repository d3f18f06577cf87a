import type { CcxtClient } from './library';

const nothing = (): void => {};

/** A failure that somebody waits for still reaches them; one that nobody waits for ends here. */
function quiet(value: unknown): unknown {
	if (value instanceof Promise) value.catch(nothing);
	return value;
}

function quietConnection(connection: object): void {
	const future: unknown = Reflect.get(connection, 'future');
	if (typeof future !== 'function') return;
	Reflect.set(connection, 'future', (...args: unknown[]) => {
		const made: unknown = Reflect.apply(future, connection, args);
		return quiet(made);
	});
	quiet(Reflect.get(connection, 'connected'));
}

/**
 * ccxt rejects promises of a broken stream that nobody has asked for yet, and Node ends a process
 * for a rejection without a listener: n8n's. Gives each of them a listener.
 */
export function quietStreams(client: CcxtClient): void {
	const connectionOf = client.client.bind(client);
	const known = new WeakSet<object>();
	client.client = (url) => {
		const connection = connectionOf(url);
		if (!known.has(connection)) {
			known.add(connection);
			quietConnection(connection);
		}
		return connection;
	};
}
