import type { Account } from '../../members';
import { messageOf, MINUTE, SECOND } from '../../model';
import type { OrderDeps } from '../deps';
import { symbolsSince, type Books } from './facts.queries';
import { noFindings, skip, type Findings, type Look } from './look';
import { lookAtFills } from './look-at-fills';
import { lookAtHoldings } from './look-at-holdings';
import { lookAtOrders } from './look-at-orders';
import type { Progress } from './progress.table';

/** What is compared of an account. */
export interface Scope {
	/** known: only in the symbols that we know orders of. */
	readonly orders: 'all' | 'known' | false;
	readonly fills: boolean;
	readonly holdings: boolean;
}

export const EVERYTHING: Scope = { orders: 'all', fills: true, holdings: true };
export const ORDERS_ONLY: Scope = { orders: 'all', fills: false, holdings: false };
export const KNOWN_ORDERS_ONLY: Scope = { orders: 'known', fills: false, holdings: false };
export const HOLDINGS_ONLY: Scope = { orders: false, fills: false, holdings: true };

/** Clocks differ a little: a look begins a little before the end of the one before. */
const OVERLAP = 30 * SECOND;

/** From when on a look asks for the past: an hour at least, and all that was not seen yet. */
export function lookBackFrom(
	progress: Pick<Progress, 'seenUntil'>,
	now: number,
	lookbackMinutes: number,
): number {
	const seen = progress.seenUntil ?? now;
	return Math.min(now - lookbackMinutes * MINUTE, seen - OVERLAP);
}

/** Symbols whose executions concern the account: what it works on, holds, or ordered lately. */
async function symbolsOf(look: Look): Promise<string[]> {
	const { working, foreign, positions } = look.books;
	const recent = await symbolsSince(look.deps.kernel.conn, look.account.id, look.since);
	const own = [...positions, ...working, ...foreign].map(({ symbol }) => symbol);
	return [...new Set([...own, ...recent])];
}

async function lookAll(look: Look, scope: Scope): Promise<void> {
	if (scope.orders !== false) await lookAtOrders(look, scope.orders);
	if (scope.fills) {
		const symbols = await symbolsOf(look);
		// Every symbol has its turn, in one look: that is what a start is for.
		look.queries += symbols.length;
		await lookAtFills(look, symbols);
	}
	if (scope.holdings) await lookAtHoldings(look);
}

/**
 * Compares one account with its venue and puts right what can be. Its own trouble stays its own:
 * whatever fails is a skipped part of the findings, never an empty account.
 */
export async function compareAccount(
	deps: OrderDeps,
	account: Account,
	books: Books,
	progress: Progress,
	{ scope, actor }: { readonly scope: Scope; readonly actor: string },
): Promise<Findings> {
	const { kernel } = deps;
	const { lookbackMinutes, singleQueriesMax } = kernel.rules.policy.reconciliation;
	const findings = noFindings();
	try {
		const look: Look = {
			deps,
			account,
			exchange: deps.exchanges.for(account.venue),
			books,
			since: lookBackFrom(progress, kernel.clock.now(), lookbackMinutes),
			baseline: progress.completedAt === null,
			actor,
			queries: singleQueriesMax,
			findings,
			fills: new Map(),
			recent: new Map(),
		};
		try {
			await lookAll(look, scope);
		} catch (error) {
			kernel.log.error('An account could not be compared with its venue.', {
				account_id: account.id,
				error: messageOf(error),
			});
			skip(look, 'comparison', messageOf(error), 'failed');
		}
	} catch (error) {
		findings.skipped.push({ what: 'venue', reason: messageOf(error), why: 'failed' });
	}
	return findings;
}
