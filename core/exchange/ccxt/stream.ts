import type { Kernel } from '../../db';
import type { AccountId } from '../../model';
import { messageOf, SECOND } from '../../model';
import type { VenueCapabilities, VenueReport } from '../exchange';
import { textOf } from './answer';
import { isKindOf } from './errors';
import { scrub } from './scrub';
import type { Answer, CcxtClient } from './library';
import { openings } from './registry';
import { reportFrom } from './reports';
import type { Connection, VenueSession } from './session';

/** What a stream is made from. */
export interface StreamParts {
	readonly kernel: Pick<Kernel, 'clock' | 'log'>;
	readonly session: VenueSession;
	readonly capabilities: VenueCapabilities;
	readonly accountId: AccountId;
	readonly onReport: (report: VenueReport) => void;
}

const FIRST_WAIT = 2 * SECOND;
const LONGEST_WAIT = 30 * SECOND;
const GROWTH = 1.5;

/** Ends all waits of a stream at once; keeps nothing of those that are over. */
class Stop {
	readonly #waits = new Set<() => void>();
	#stopped = false;

	get stopped(): boolean {
		return this.#stopped;
	}

	stop(): void {
		this.#stopped = true;
		for (const end of this.#waits) end();
	}

	async sleep(milliseconds: number): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		await this.race(
			new Promise<void>((resolve) => {
				timer = setTimeout(resolve, milliseconds);
				timer.unref();
			}),
		);
		clearTimeout(timer);
	}

	/** The result, or `stopped`; a late failure of what is no longer waited for is nobody's. */
	async race<T>(work: Promise<T>): Promise<T | 'stopped'> {
		return new Promise((resolve, reject) => {
			const end = (): void => resolve('stopped');
			this.#waits.add(end);
			work.then(resolve, reject).finally(() => this.#waits.delete(end));
			if (this.#stopped) end();
		});
	}
}

/** How many listen by a client; the venue's limits count connections as well. */
const listeners = new WeakMap<CcxtClient, number>();
/** A stream that nobody listens to is kept open for a moment: the next order is often near. */
const LINGER = 3 * SECOND;

/** Open without an error for so long, ms, it is taken to work. */
const SETTLED = 5 * SECOND;

function enter(client: CcxtClient): void {
	listeners.set(client, (listeners.get(client) ?? 0) + 1);
}

function leave(client: CcxtClient): void {
	const left = (listeners.get(client) ?? 1) - 1;
	listeners.set(client, left);
	if (left > 0) return;
	setTimeout(() => {
		if ((listeners.get(client) ?? 0) === 0) client.close().catch(() => {});
	}, LINGER).unref();
}

/** One piece of news. What cannot be told now is found by asking, so the stream goes on. */
async function tell(parts: StreamParts, connection: Connection, answer: Answer): Promise<void> {
	const { session, onReport, kernel, accountId } = parts;
	const listed = connection.listing.find(connection.listing.ours(textOf(answer, 'symbol') ?? ''));
	if (listed === null) return;
	try {
		onReport(await reportFrom(session, connection, listed, undefined, answer));
	} catch (error) {
		session.streams(accountId, false);
		kernel.log.warn('News of an order could not be read whole; the watch asks for it.', {
			venue: session.venue,
			account_id: accountId,
			error: scrub(messageOf(error)),
		});
	}
}

/** Watches until stopped, or until the stream breaks. */
async function watch(parts: StreamParts, stop: Stop, begun: () => void): Promise<void> {
	const { session, accountId } = parts;
	const connection = await session.connect(accountId);
	const { client } = connection;
	const { streamUrl } = await session.addresses();
	// ccxt opens a stream without encryption only with an agent for it.
	if (streamUrl?.startsWith('ws:') === true) await client.loadHttpProxyAgent();
	enter(client);
	try {
		while (!stop.stopped) {
			// It has told something since it was opened, or has been open for a while: it is there.
			const settled = setTimeout(() => session.streams(accountId, true), SETTLED).unref();
			const news = await stop.race(client.watchOrders()).finally(() => clearTimeout(settled));
			if (news === 'stopped') return;
			begun();
			session.streams(accountId, true);
			// One that cannot be told marks the stream as omitting.
			for (const answer of news) {
				if (!stop.stopped) await tell(parts, connection, answer);
			}
		}
	} finally {
		session.streams(accountId, false);
		leave(client);
	}
}

/** Whether the streams are those of the place that orders go to. */
async function hasStream({ capabilities, session }: StreamParts): Promise<boolean> {
	const { apiUrl, streamUrl } = await session.addresses();
	return capabilities.watchOrders && (apiUrl === null || streamUrl !== null);
}

async function run(parts: StreamParts, stop: Stop): Promise<void> {
	const { kernel, session } = parts;
	if (!(await hasStream(parts))) return;
	const begun = openings();
	let wait = FIRST_WAIT;
	while (!stop.stopped) {
		try {
			await watch(parts, stop, () => {
				wait = FIRST_WAIT;
			});
		} catch (error) {
			// All connections were closed at once: the process ends, nobody listens any more.
			if (isKindOf(error, 'ExchangeClosedByUser') && openings() !== begun) return;
			kernel.log.warn('The stream of an account broke; it is opened again.', {
				venue: session.venue,
				account_id: parts.accountId,
				error: scrub(messageOf(error)),
			});
			await stop.sleep(wait);
			wait = Math.min(LONGEST_WAIT, wait * GROWTH);
		}
	}
}

/**
 * Tells news of an account's orders until it is ended. A broken stream is opened again after a
 * pause that grows; what happened meanwhile is found by asking, not told here.
 */
export function startStream(parts: StreamParts): () => void {
	const stop = new Stop();
	run(parts, stop).catch((error: unknown) => {
		parts.kernel.log.warn('The stream of an account cannot be opened.', {
			venue: parts.session.venue,
			account_id: parts.accountId,
			error: scrub(messageOf(error)),
		});
	});
	return () => stop.stop();
}
