import { add, isZero, max, ZERO, type Decimal } from '../model';
import { riskDay } from './days';
import type { Account } from './member';

/**
 * The account at `now`: on a new risk day the last known equity becomes the day's start, and the
 * day's result begins at 0. A clock that steps back does not bring a day back. Where no equity was
 * ever known the cash stands in until the first one; the gate denies as long.
 */
export function rolledTo(account: Account, now: number): Account {
	const today = riskDay(account, now);
	if (today <= account.riskDay) return account;
	return {
		...account,
		riskDay: today,
		dayStartEquity: account.equity ?? account.cash,
		realisedToday: ZERO,
		updatedAt: now,
	};
}

/** What a fill does to the account's money. */
export interface CashBooking {
	/** Signed change of cash, fees included. */
	readonly cashDelta: Decimal;
	/** Net result booked with it; 0 while a trade is only opening. */
	readonly realisedNet: Decimal;
	/**
	 * The same by closing fill, each with its time at the venue, ms UTC: a result counts on the risk
	 * day of its fill, however late that is told. Without, all of it counts today.
	 */
	readonly results?: readonly { readonly net: Decimal; readonly at: number }[];
}

function resultOfToday(rolled: Account, { realisedNet, results }: CashBooking, now: number): Decimal {
	if (results === undefined) return realisedNet;
	const today = results.filter(({ net, at }) => !isZero(net) && riskDay(rolled, Math.min(at, now)) >= rolled.riskDay);
	return add(...today.map(({ net }) => net));
}

/** The account after a booking at `now`, on the risk day of `now`. */
export function booked(account: Account, booking: CashBooking, now: number): Account {
	const rolled = rolledTo(account, now);
	return {
		...rolled,
		cash: add(rolled.cash, booking.cashDelta),
		realisedNet: add(rolled.realisedNet, booking.realisedNet),
		realisedToday: add(rolled.realisedToday, resultOfToday(rolled, booking, now)),
		updatedAt: now,
	};
}

/**
 * The account after money came to it or left it outside of trading: what the day began with and the
 * peak move along, so that a withdrawal is no loss and a deposit no profit.
 */
export function transferred(account: Account, amount: Decimal, now: number): Account {
	const rolled = rolledTo(account, now);
	return {
		...rolled,
		cash: add(rolled.cash, amount),
		dayStartEquity: max(ZERO, add(rolled.dayStartEquity, amount)),
		peakEquity: max(ZERO, add(rolled.peakEquity, amount)),
		equity: rolled.equity === null ? null : add(rolled.equity, amount),
		updatedAt: now,
	};
}

/** The account with its equity as of `at`; an older figure than the known one changes nothing. */
export function valued(account: Account, equity: Decimal, at: number): Account {
	if (account.equityAt !== null && at < account.equityAt) return account;
	const rolled = rolledTo(account, at);
	return {
		...rolled,
		dayStartEquity: account.equity === null ? equity : rolled.dayStartEquity,
		equity,
		equityAt: at,
		peakEquity: max(rolled.peakEquity, equity),
		updatedAt: at,
	};
}
