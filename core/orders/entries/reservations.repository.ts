import type { Conn, Kernel, Trx } from '../../db';
import type {
	AccountId, Decimal, MemberId, ReservationId, Side, SignalId, TradeId, VerdictId,
} from '../../model';
import { div, isZero, lt, max, mul, newId, SECOND, sub, ZERO } from '../../model';
import type { Reservation, ReservationState } from '../trade';
import { toReservation, type ReservationRow, type TradeRow } from '../trades.table';

/** What an approval holds back. Amounts in the account's currency. */
export interface NewReservation {
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly signalId: SignalId;
	readonly verdictId: VerdictId;
	readonly symbol: string;
	readonly side: Side;
	readonly risk: Decimal;
	readonly cash: Decimal;
	/** ms UTC; the policy's reservation time from now unless given. */
	readonly expiresAt?: number;
}

/** A reservation with what is still held of it: the filled part is open risk already. */
export interface HeldReservation extends Reservation {
	readonly heldRisk: Decimal;
	readonly heldCash: Decimal;
}

/** Holds capacity back; call it under the account's lock, in the transaction of the verdict. */
export async function reserve(
	trx: Trx,
	kernel: Kernel,
	wanted: NewReservation,
): Promise<Reservation> {
	const now = kernel.clock.now();
	const row: ReservationRow = {
		id: newId('rsv', kernel.clock, kernel.rng),
		account_id: wanted.accountId,
		member_id: wanted.memberId,
		signal_id: wanted.signalId,
		verdict_id: wanted.verdictId,
		trade_id: null,
		symbol: wanted.symbol,
		side: wanted.side,
		risk: wanted.risk,
		cash: wanted.cash,
		state: 'LIVE',
		expires_at: wanted.expiresAt ?? now + kernel.rules.policy.risk.reservationSeconds * SECOND,
		created_at: now,
		updated_at: now,
	};
	await trx<ReservationRow>('reservations').insert(row);
	return toReservation(row);
}

/** Gives capacity back. A reservation that is bound to a trade or over already stays as it is. */
export async function releaseReservation(
	trx: Trx,
	kernel: Kernel,
	id: ReservationId,
): Promise<void> {
	await trx<ReservationRow>('reservations')
		.where({ id, state: 'LIVE' })
		.update({ state: 'RELEASED', updated_at: kernel.clock.now() });
}

/** The reservation while it still holds for an order to come; null when released, run out or bound. */
export async function liveReservation(
	conn: Conn,
	id: ReservationId,
	now: number,
): Promise<Reservation | null> {
	const row = await conn<ReservationRow>('reservations')
		.where({ id, state: 'LIVE' })
		.where('expires_at', '>', now)
		.first();
	return row === undefined ? null : toReservation(row);
}

async function tie(
	trx: Trx,
	kernel: Kernel,
	id: ReservationId,
	state: 'BOUND' | 'WAITING',
	tradeId: TradeId,
): Promise<void> {
	await trx<ReservationRow>('reservations')
		.where({ id })
		.whereIn('state', ['LIVE', 'EXPIRED'])
		.update({ state, trade_id: tradeId, updated_at: kernel.clock.now() });
}

async function turn(
	trx: Trx,
	kernel: Kernel,
	tradeId: TradeId,
	from: readonly ReservationState[],
	state: ReservationState,
): Promise<void> {
	await trx<ReservationRow>('reservations')
		.where({ trade_id: tradeId })
		.whereIn('state', [...from])
		.update({ state, updated_at: kernel.clock.now() });
}

/** Ties a live reservation to the trade it was made for. */
export async function bindReservation(
	trx: Trx,
	kernel: Kernel,
	id: ReservationId,
	tradeId: TradeId,
): Promise<void> {
	await tie(trx, kernel, id, 'BOUND', tradeId);
}

/**
 * Ties it to a trade whose entry is being replaced. Until that entry is over, either may come to
 * fill: the trade holds the larger of both.
 */
export async function awaitReservation(
	trx: Trx,
	kernel: Kernel,
	id: ReservationId,
	tradeId: TradeId,
): Promise<void> {
	await tie(trx, kernel, id, 'WAITING', tradeId);
}

/** What waits with the trade's replacement, or null. */
export async function waitingReservation(trx: Trx, tradeId: TradeId): Promise<Reservation | null> {
	const row = await trx<ReservationRow>('reservations')
		.where({ trade_id: tradeId, state: 'WAITING' })
		.first();
	return row === undefined ? null : toReservation(row);
}

/** The first entry is over: what has waited takes the place of what that held. */
export async function takeOver(trx: Trx, kernel: Kernel, tradeId: TradeId): Promise<void> {
	await turn(trx, kernel, tradeId, ['BOUND'], 'RELEASED');
	await turn(trx, kernel, tradeId, ['WAITING'], 'BOUND');
}

/** Gives back what has waited: the first entry works on. */
export async function releaseWaiting(trx: Trx, kernel: Kernel, tradeId: TradeId): Promise<void> {
	await turn(trx, kernel, tradeId, ['WAITING'], 'RELEASED');
}

/** Ends what a trade still holds: its entry is over, so the rest of it will never fill. */
export async function releaseOfTrade(trx: Trx, kernel: Kernel, tradeId: TradeId): Promise<void> {
	await turn(trx, kernel, tradeId, ['BOUND', 'WAITING'], 'RELEASED');
}

/** Marks those whose time is over. @returns how many */
export async function expireReservations(conn: Conn, now: number): Promise<number> {
	return conn<ReservationRow>('reservations')
		.where({ state: 'LIVE' })
		.where('expires_at', '<=', now)
		.update({ state: 'EXPIRED', updated_at: now });
}

type JoinedRow = ReservationRow & Pick<TradeRow, 'planned_quantity' | 'entered_quantity'>;

function held(row: JoinedRow | (ReservationRow & Record<'planned_quantity' | 'entered_quantity', null>)): HeldReservation {
	const reservation = toReservation(row);
	const { planned_quantity: planned, entered_quantity: entered } = row;
	if (planned === null || isZero(planned)) {
		return { ...reservation, heldRisk: row.risk, heldCash: row.cash };
	}
	const rest = lt(entered, planned) ? sub(planned, entered) : ZERO;
	const share = div(rest, planned);
	return { ...reservation, heldRisk: mul(row.risk, share), heldCash: mul(row.cash, share) };
}

/** One a trade: a replacement that waits and what it replaces hold the larger of both, not the sum. */
function onePerTrade(all: readonly HeldReservation[]): HeldReservation[] {
	const waiting = all.filter(({ state }) => state === 'WAITING');
	const beside = (each: HeldReservation): HeldReservation => {
		const other = waiting.find(({ tradeId }) => tradeId === each.tradeId);
		if (each.state !== 'BOUND' || other === undefined) return each;
		return {
			...each,
			heldRisk: max(each.heldRisk, other.heldRisk),
			heldCash: max(each.heldCash, other.heldCash),
		};
	};
	const bound = new Set(all.filter(({ state }) => state === 'BOUND').map(({ tradeId }) => tradeId));
	return all.filter(({ state, tradeId }) => state !== 'WAITING' || !bound.has(tradeId)).map(beside);
}

/**
 * What is held back on the account now: live reservations whose time is not over, and those bound
 * to a trade by the part that has not filled (an entry of unknown outcome counts whole).
 */
export async function liveReservations(
	conn: Conn,
	accountId: AccountId,
	now: number,
): Promise<HeldReservation[]> {
	return reservationsOf(conn, accountId, now);
}

/** The same of every account. */
export async function allLiveReservations(conn: Conn, now: number): Promise<HeldReservation[]> {
	return reservationsOf(conn, null, now);
}

async function reservationsOf(
	conn: Conn,
	accountId: AccountId | null,
	now: number,
): Promise<HeldReservation[]> {
	const rows: JoinedRow[] = await conn('reservations as r')
		.leftJoin('trades as t', 't.id', 'r.trade_id')
		.modify((query) => {
			if (accountId !== null) void query.where('r.account_id', accountId);
		})
		.where((either) => {
			void either
				.whereIn('r.state', ['BOUND', 'WAITING'])
				.orWhere((live) => void live.where('r.state', 'LIVE').where('r.expires_at', '>', now));
		})
		.orderBy('r.created_at')
		.select('r.*', 't.planned_quantity', 't.entered_quantity');
	return onePerTrade(rows.map(held));
}
