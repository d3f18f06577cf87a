import { opposite, SECOND } from '../model';
import { block, pass } from './checks/check';
import { manualRun } from './checks/manual-run';
import { decide, type Judgement } from './gate';
import type { CheckResult } from './risk';
import type { AccountFacts, OpenTrade, RiskSnapshot, SignalFacts } from './snapshot';

/**
 * What a `close` looks at. None of the opening checks applies to it, nor any age, mode or trading
 * state: an exit is never blocked.
 */
export interface CloseFacts {
	readonly symbol: string;
	readonly signal: Pick<SignalFacts, 'side' | 'createdAt'>;
	/** The account's open trade in the symbol. */
	readonly trade: Pick<OpenTrade, 'side' | 'openedAt'> | null;
	readonly account: Pick<AccountFacts, 'kind'>;
	readonly run: RiskSnapshot['run'];
}

/** What a `cancel` looks at: whether there is anything that it could mean. */
export interface CancelFacts {
	readonly symbol: string;
	/** Unfilled entries and waiting tickets in the symbol (and side, if one was given). */
	readonly waiting: number;
	readonly account: Pick<AccountFacts, 'kind'>;
	readonly run: RiskSnapshot['run'];
}

/**
 * Whether a trade opened after a close was made, so that the close cannot mean it. Senders that
 * know whole seconds only (TradingView) may mean a trade of the very second.
 * @param openedAt ms UTC
 * @param closeMadeAt ms UTC
 */
export function openedAfter(openedAt: number, closeMadeAt: number): boolean {
	const wholeSeconds = closeMadeAt % SECOND === 0;
	return closeMadeAt < (wholeSeconds ? openedAt - (openedAt % SECOND) : openedAt);
}

function somethingToClose({ symbol, signal, trade }: CloseFacts): CheckResult {
	const check = 'open_trade';
	const context = { symbol };
	if (trade === null) return block(check, 'NOTHING_TO_CLOSE', { context });
	const leaves = opposite(trade.side);
	const finding = { limit: leaves, observed: signal.side ?? leaves, context };
	if (finding.observed !== leaves) return block(check, 'NOTHING_TO_CLOSE', finding);
	// An old close that arrives late was meant for an earlier trade.
	if (openedAfter(trade.openedAt, signal.createdAt)) return block(check, 'NOTHING_TO_CLOSE', finding);
	return pass(check, finding);
}

function judged(checks: readonly CheckResult[]): Judgement {
	return { ...decide(checks), intent: null };
}

/** Judges a `close`. Pure. */
export function judgeClose(facts: CloseFacts): Judgement {
	return judged([somethingToClose(facts), manualRun(facts)]);
}

/** Judges a `cancel`. Pure. */
export function judgeCancel(facts: CancelFacts): Judgement {
	const finding = { observed: facts.waiting, context: { symbol: facts.symbol } };
	const found =
		facts.waiting > 0
			? pass('waiting_orders', finding)
			: block('waiting_orders', 'NOTHING_TO_CANCEL', { ...finding, limit: 1 });
	return judged([found, manualRun(facts)]);
}
