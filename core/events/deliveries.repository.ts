import type { Conn, Trx } from '../db';
import { shorten } from '../model';
import type { DeliveryState } from './delivery';
import type { DeliveryRow } from './deliveries.table';

const ERROR_LENGTH = 500;

/** Stores a first delivery and gives its id. */
export async function insertDelivery(
	trx: Trx,
	delivery: { consumer: string; eventIds: readonly string[]; holder: string; now: number },
): Promise<number> {
	const [row] = await trx<DeliveryRow>('event_deliveries')
		.insert({
			consumer: delivery.consumer,
			event_ids: JSON.stringify(delivery.eventIds),
			state: 'SENT',
			holder: delivery.holder,
			attempts: 1,
			delivered_at: delivery.now,
		})
		.returning('id');
	return row?.id ?? 0;
}

export async function lockDelivery(trx: Trx, id: number): Promise<DeliveryRow | null> {
	return (await trx<DeliveryRow>('event_deliveries').where({ id }).forUpdate().first()) ?? null;
}

/**
 * The oldest delivery of the consumer that is to be repeated: failed and its pause is over, or with
 * a process that is neither `holder` nor among the `living`.
 */
export async function dueRepeat(
	conn: Conn,
	due: { consumer: string; holder: string; living: readonly string[]; now: number },
): Promise<DeliveryRow | null> {
	const row = await conn<DeliveryRow>('event_deliveries')
		.where({ consumer: due.consumer })
		.andWhere((where) => {
			void where
				.where((failed) => void failed.where({ state: 'FAILED' }).where('next_at', '<=', due.now))
				.orWhere(
					(lost) =>
						void lost.where({ state: 'SENT' }).whereNotIn('holder', [due.holder, ...due.living]),
				);
		})
		.orderBy('id')
		.first();
	return row ?? null;
}

/** Hands the delivery out again. */
export async function repeatDelivery(
	trx: Trx,
	row: DeliveryRow,
	holder: string,
	now: number,
): Promise<void> {
	await trx<DeliveryRow>('event_deliveries')
		.where({ id: row.id })
		.update({
			state: 'SENT',
			holder,
			attempts: row.attempts + 1,
			delivered_at: now,
			next_at: null,
			settled_at: null,
		});
}

/** Ends a delivery, for now (FAILED, with `nextAt`) or for good. */
export async function settleDelivery(
	trx: Trx,
	id: number,
	settled: { state: DeliveryState; now: number; nextAt?: number; error?: string },
): Promise<void> {
	await trx<DeliveryRow>('event_deliveries')
		.where({ id })
		.update({
			state: settled.state,
			settled_at: settled.now,
			next_at: settled.nextAt ?? null,
			error: settled.error === undefined ? null : shorten(settled.error, ERROR_LENGTH),
		});
}

/** Makes each event of a failed delivery a delivery of its own, with the tries that it had. */
export async function takeApart(
	trx: Trx,
	row: DeliveryRow,
	eventIds: readonly string[],
	failed: { now: number; nextAt: number; error: string },
): Promise<void> {
	const [first, ...others] = eventIds;
	const { id, ...own } = row;
	const rows = others.map((eventId) => ({
		...own,
		event_ids: JSON.stringify([eventId]),
		state: 'FAILED' as const,
		settled_at: failed.now,
		next_at: failed.nextAt,
		error: shorten(failed.error, ERROR_LENGTH),
	}));
	await trx<DeliveryRow>('event_deliveries').where({ id }).update({ event_ids: JSON.stringify([first]) });
	await settleDelivery(trx, id, { state: 'FAILED', ...failed });
	await trx<DeliveryRow>('event_deliveries').insert(rows);
}

/** Lets deliveries of `holders` that nobody settled since `before` count as done. */
export async function settleSilent(
	conn: Conn,
	holders: readonly string[],
	before: number,
	now: number,
): Promise<number> {
	return conn<DeliveryRow>('event_deliveries')
		.where({ state: 'SENT' })
		.where('delivered_at', '<=', before)
		.whereIn('holder', [...holders])
		.update({ state: 'UNCONFIRMED', settled_at: now });
}
