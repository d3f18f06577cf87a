import type { Kernel, Trx } from '../db';
import { DAY, FirecontrolError, parseStored, SECOND, type EventId } from '../model';
import { DELIVERY_APART_AFTER, DELIVERY_ATTEMPTS_MAX, deliveryPause, type Delivery } from './delivery';
import {
	dueRepeat,
	insertDelivery,
	lockDelivery,
	repeatDelivery,
	settleDelivery,
	settleSilent,
	takeApart,
} from './deliveries.repository';
import type { DeliveryRow } from './deliveries.table';
import type { DomainEvent, EventType } from './event';
import { isBehind, type EventPosition } from './event-position';
import {
	eventsBetween,
	eventsByIds,
	listEvents,
	settledPosition,
	type EventFilter,
} from './events.queries';
import {
	appendEvent,
	ensureCursor,
	findEvent,
	livingProcesses,
	lockCursor,
	moveCursor,
	noteProcess,
	readCursor,
} from './events.repository';
import { adoptRestored } from './restore.repository';

const BEGINNING: EventPosition = { epoch: Number.MIN_SAFE_INTEGER, seq: 0 };
/** A process notes itself this often, and is held for dead when not seen for `DEAD_AFTER`. */
const NOTE_EVERY = 5 * SECOND;
const DEAD_AFTER = 20 * SECOND;
const FORGET_AFTER = DAY;
const SILENT_AFTER = 60 * SECOND;
/** Events of other types a cursor may lie behind before it is moved without a delivery. */
const CURSOR_LAG = 500;

/** The event table as its readers see it. */
export interface Events {
	get(eventId: EventId): Promise<DomainEvent | null>;
	/** Oldest first unless asked otherwise. */
	list(filter: EventFilter): Promise<DomainEvent[]>;
	/** Makes the consumer known; a new one starts with the next event, or with the first ever. */
	subscribe(consumer: string, from: 'start' | 'now'): Promise<void>;
	/**
	 * The next batch for the consumer, or null: repeats first, then new events of these types (all
	 * types for none). No event is skipped, whichever order transactions commit in. Settle it by
	 * `confirm` or `fail`. A consumer not subscribed before starts with the first event.
	 */
	claim(consumer: string, types: readonly EventType[], limit: number): Promise<Delivery | null>;
	/** The batch is done with. */
	confirm(deliveryId: number): Promise<void>;
	/**
	 * The batch is repeated later, from its fourth try on event by event; what failed eight times is
	 * parked and an issue raised.
	 */
	fail(deliveryId: number, error: string): Promise<void>;
	/** Lets batches that nobody settled in a living process count as delivered; says how many. */
	settleUnconfirmed(olderThanMs?: number): Promise<number>;
}

class EventsService implements Events {
	#notedAt = Number.NEGATIVE_INFINITY;
	#adopted: boolean;

	constructor(private readonly kernel: Kernel) {
		this.#adopted = kernel.pool.dialect === 'sqlite';
	}

	async get(eventId: EventId): Promise<DomainEvent | null> {
		return findEvent(this.kernel.conn, eventId);
	}

	async list(filter: EventFilter): Promise<DomainEvent[]> {
		return listEvents(this.kernel.conn, filter);
	}

	async subscribe(consumer: string, from: 'start' | 'now'): Promise<void> {
		const { conn, pool, clock } = this.kernel;
		await this.#adoptRestored();
		const position = from === 'start' ? BEGINNING : await settledPosition(conn, pool.dialect);
		await ensureCursor(conn, consumer, position, clock.now());
	}

	async claim(
		consumer: string,
		types: readonly EventType[],
		limit: number,
	): Promise<Delivery | null> {
		await this.#adoptRestored();
		await this.#noteAlive();
		const living = await this.#living();
		if (!(await this.#mayHaveWork(consumer, types, living))) return null;
		return this.kernel.transaction(async (trx) => {
			const now = this.kernel.clock.now();
			await ensureCursor(trx, consumer, BEGINNING, now);
			const cursor = (await lockCursor(trx, consumer)) ?? BEGINNING;
			const due = { consumer, holder: this.kernel.holder, living, now };
			const repeat = await dueRepeat(trx, due);
			if (repeat !== null) return this.#repeat(trx, repeat);
			return this.#next(trx, consumer, cursor, types, limit);
		});
	}

	/** Once a process: a process does not outlive a move of its database. */
	async #adoptRestored(): Promise<void> {
		if (this.#adopted) return;
		if (await this.kernel.transaction(adoptRestored)) {
			this.kernel.log.warn('The database was restored on another server; its events were moved.');
		}
		this.#adopted = true;
	}

	/** Looks without locking, so that an idle consumer costs no write. */
	async #mayHaveWork(
		consumer: string,
		types: readonly EventType[],
		living: readonly string[],
	): Promise<boolean> {
		const { conn, pool, holder, clock } = this.kernel;
		const cursor = await readCursor(conn, consumer);
		if (cursor === null) return true;
		if ((await dueRepeat(conn, { consumer, holder, living, now: clock.now() })) !== null)
			return true;
		const until = await settledPosition(conn, pool.dialect);
		if ((await eventsBetween(conn, cursor, until, types, 1)).length > 0) return true;
		return (await eventsBetween(conn, cursor, until, [], CURSOR_LAG)).length === CURSOR_LAG;
	}

	async #next(
		trx: Trx,
		consumer: string,
		cursor: EventPosition,
		types: readonly EventType[],
		limit: number,
	): Promise<Delivery | null> {
		const { pool, holder, clock } = this.kernel;
		const now = clock.now();
		const until = await settledPosition(trx, pool.dialect);
		const found = await eventsBetween(trx, cursor, until, types, limit);
		const last = found.at(-1);
		const reached = found.length === limit && last !== undefined ? last.position : until;
		if (isBehind(cursor, reached)) await moveCursor(trx, consumer, reached, now);
		if (last === undefined) return null;
		const events = found.map((placed) => placed.event);
		const eventIds = events.map((event) => event.eventId);
		const deliveryId = await insertDelivery(trx, { consumer, eventIds, holder, now });
		return { deliveryId, attempt: 1, events };
	}

	async #repeat(trx: Trx, row: DeliveryRow): Promise<Delivery> {
		await repeatDelivery(trx, row, this.kernel.holder, this.kernel.clock.now());
		const events = await eventsByIds(trx, parseStored<string[]>(row.event_ids));
		return { deliveryId: row.id, attempt: row.attempts + 1, events };
	}

	async confirm(deliveryId: number): Promise<void> {
		await this.kernel.transaction(async (trx) => {
			const row = await this.#delivery(trx, deliveryId);
			if (row.state === 'CONFIRMED') return;
			await settleDelivery(trx, row.id, { state: 'CONFIRMED', now: this.kernel.clock.now() });
		});
	}

	async fail(deliveryId: number, error: string): Promise<void> {
		await this.kernel.transaction(async (trx) => {
			const row = await this.#delivery(trx, deliveryId);
			// Late words about a batch that is done, or that another process has taken over.
			if (row.state !== 'SENT' && row.state !== 'UNCONFIRMED') return;
			if (row.holder !== this.kernel.holder) return;
			const now = this.kernel.clock.now();
			if (row.attempts < DELIVERY_ATTEMPTS_MAX) {
				const nextAt = now + deliveryPause(row.attempts);
				const eventIds = parseStored<string[]>(row.event_ids);
				if (row.attempts >= DELIVERY_APART_AFTER && eventIds.length > 1) {
					await takeApart(trx, row, eventIds, { now, nextAt, error });
					return;
				}
				await settleDelivery(trx, row.id, { state: 'FAILED', now, nextAt, error });
				return;
			}
			await settleDelivery(trx, row.id, { state: 'PARKED', now, error });
			await this.#raiseParked(trx, row, error);
		});
	}

	/** An issue about issues would go round in circles, so that one is only logged. */
	async #raiseParked(trx: Trx, row: DeliveryRow, error: string): Promise<void> {
		const message = `Events were handed to ${row.consumer} ${row.attempts} times and failed each time; the last error: ${error}. Correct the workflow; delivery ${row.id} is parked.`;
		this.kernel.log.error(message, { deliveryId: row.id });
		const events = await eventsByIds(trx, parseStored<string[]>(row.event_ids));
		if (events.every((event) => event.type === 'issue.raised')) return;
		await appendEvent(trx, this.kernel, {
			type: 'issue.raised',
			subjectId: `delivery:${row.id}`,
			actor: 'system',
			payload: { code: 'DELIVERY_PARKED', message, severity: 'high' },
		});
	}

	async settleUnconfirmed(olderThanMs = SILENT_AFTER): Promise<number> {
		await this.#noteAlive();
		const now = this.kernel.clock.now();
		const holders = [this.kernel.holder, ...(await this.#living())];
		return settleSilent(this.kernel.conn, holders, now - olderThanMs, now);
	}

	async #delivery(trx: Trx, deliveryId: number): Promise<DeliveryRow> {
		const row = await lockDelivery(trx, deliveryId);
		if (row !== null) return row;
		throw new FirecontrolError('DELIVERY_UNKNOWN', `There is no delivery ${deliveryId}.`);
	}

	async #living(): Promise<string[]> {
		return livingProcesses(this.kernel.conn, this.kernel.clock.now() - DEAD_AFTER);
	}

	async #noteAlive(): Promise<void> {
		const now = this.kernel.clock.now();
		if (now - this.#notedAt < NOTE_EVERY) return;
		await noteProcess(this.kernel.conn, this.kernel.holder, now, now - FORGET_AFTER);
		this.#notedAt = now;
	}
}

export function createEvents(kernel: Kernel): Events {
	return new EventsService(kernel);
}
