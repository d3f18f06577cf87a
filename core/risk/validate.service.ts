import type { Kernel } from '../db';
import type { AccountId } from '../model';
import type { Signal } from '../signals';
import { judgedIn, type JudgeOrder } from './judging.service';
import { loadMarketView, type MarketViewDeps } from './market-view';
import type { Verdict } from './risk';
import type { WaitingTickets } from './waiting-work';

/** What the gate would say of a signal that need not exist. */
export interface ValidateRequest {
	readonly signal: Signal;
	readonly accountId: AccountId;
	readonly manualRun: boolean;
	readonly allowLive: boolean;
	readonly actor: string;
}

/** The answer of a dry run, which stores nothing and holds nothing. */
export interface DryRun {
	readonly verdict: Verdict;
	/** It is the stored verdict of an earlier Judge; else its id names nothing. */
	readonly stored: boolean;
	/** Whether the same judgement, stored, would hold capacity at once. */
	readonly wouldReserve: boolean;
}

/** Thrown to leave nothing of a dry run behind. */
class DryRunOver extends Error {
	constructor(readonly found: DryRun) {
		super('A dry run is over.');
	}
}

/**
 * Judges as Judge does, under the same locks and on the same facts, and takes everything back:
 * neither a verdict nor a reservation, event or audit entry remains.
 * @throws FirecontrolError `ACCOUNT_UNKNOWN`
 */
export async function dryRun(
	deps: MarketViewDeps & { readonly kernel: Kernel; readonly waitingTickets: WaitingTickets },
	{ signal, accountId, ...terms }: ValidateRequest,
): Promise<DryRun> {
	const view = await loadMarketView(deps, signal, accountId);
	const order: JudgeOrder = { view, purpose: 'intake', mode: null, replaces: null, ...terms };
	try {
		return await deps.kernel.transaction(async (trx) => {
			const { verdict, reached } = await judgedIn(trx, deps.kernel, deps.waitingTickets, order);
			const wouldReserve = reached.reserve && reached.judgement.intent !== null;
			throw new DryRunOver({ verdict, stored: false, wouldReserve });
		});
	} catch (error) {
		if (error instanceof DryRunOver) return error.found;
		throw error;
	}
}
