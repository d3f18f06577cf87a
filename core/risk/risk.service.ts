import type { Conn, Kernel, Trx } from '../db';
import type { Exchanges } from '../exchange';
import { listEligible } from '../members';
import {
	markAs, type AccountId, type FireMode, type RiskApproved, type SignalId, type TicketId,
	type TradeId, type VerdictId,
} from '../model';
import { liveReservation, type OrderIntent } from '../orders';
import type { Signal, Signals } from '../signals';
import { AlreadyJudged, judgeIn, storeVerdict } from './judging.service';
import { loadMarketView, type MarketView } from './market-view';
import { nobodysVerdict, type NobodyReason } from './nobody';
import { isApproved, type Purpose, type Verdict } from './risk';
import { notApproved, signalUnknown } from './risk.errors';
import { dryRun, type DryRun, type ValidateRequest } from './validate.service';
import { findVerdict, getVerdict } from './verdicts.repository';
import { verdictsOfSignal } from './verdicts.queries';
import type { WaitingTickets } from './waiting-work';
import { feelPulse } from './watch/pulse';

/** What the gate is made from. */
export interface RiskDeps {
	readonly signals: Pick<Signals, 'get'>;
	readonly exchanges: Exchanges;
	/** Counts the tickets that a `cancel` could mean. */
	readonly waitingTickets: WaitingTickets;
}

/** What arrives at the Risk Gate: ids, and how the workflow runs. */
export interface JudgeRequest {
	readonly signalId: SignalId;
	/** Null where the fan-out found no eligible account. */
	readonly accountId: AccountId | null;
	/** Run by hand in the editor. */
	readonly manualRun: boolean;
	/** The node's option that lets such a run act on accounts that are not paper. */
	readonly allowLive: boolean;
	readonly actor: string;
}

/** A ticket that is about to fire. */
export interface RejudgeContext {
	readonly ticketId: TicketId;
	readonly mode: FireMode;
	/** Fetched before the transaction. */
	readonly view: MarketView;
	readonly actor: string;
	readonly manualRun?: boolean;
	readonly allowLive?: boolean;
	/** The trade whose working entry is to be replaced: judged as if it were not there. */
	readonly replaces?: TradeId;
}

/** The risk gate. */
export interface Risk {
	/**
	 * Judges a signal for an account and stores the verdict; the same (signal, account) again gives
	 * the stored one, from any process. An approval that fires at once holds its capacity.
	 * @throws FirecontrolError `SIGNAL_UNKNOWN`, `ACCOUNT_UNKNOWN`
	 */
	judge(request: JudgeRequest): Promise<Verdict>;
	/**
	 * Judges again in the transaction that fires. An approval holds its capacity; a repeat of the
	 * purpose gives the stored verdict.
	 */
	rejudge(trx: Trx, context: RejudgeContext, purpose: Purpose): Promise<Verdict>;
	/**
	 * What `judge` would answer now, with nothing stored and nothing held. Of a stored signal that was
	 * judged already it is the stored verdict, as it is for `judge`.
	 * @throws FirecontrolError `SIGNAL_UNKNOWN`, `ACCOUNT_UNKNOWN`
	 */
	validate(request: JudgeRequest | (ValidateRequest & { readonly signalId: null })): Promise<DryRun>;
	/** Asks the venue and its feed; never call it inside a transaction. */
	loadMarketView(signal: Signal, accountId: AccountId): Promise<MarketView>;
	/** Ends a signal that nobody judged before it expired. @throws FirecontrolError `SIGNAL_UNKNOWN` */
	judgeExpired(signalId: SignalId, actor?: string): Promise<Verdict>;
	get(id: VerdictId, conn?: Conn): Promise<Verdict | null>;
	find(signalId: SignalId, accountId: AccountId | null, purpose: Purpose, conn?: Conn): Promise<Verdict | null>;
	/** All of a signal, oldest first. */
	ofSignal(signalId: SignalId, conn?: Conn): Promise<Verdict[]>;
}

async function theSignal({ signals }: RiskDeps, id: SignalId): Promise<Signal> {
	const signal = await signals.get(id);
	if (signal === null) throw signalUnknown(id);
	return signal;
}

/** Runs `work`, or gives what another process stored meanwhile under the same purpose. */
async function once(
	kernel: Kernel,
	key: { readonly signalId: SignalId; readonly accountId: AccountId | null },
	work: (trx: Trx) => Promise<Verdict>,
): Promise<Verdict> {
	try {
		return await kernel.transaction(work);
	} catch (error) {
		if (!(error instanceof AlreadyJudged)) throw error;
		const stored = await findVerdict(kernel.conn, key.signalId, key.accountId, 'intake');
		if (stored === null) throw error;
		return stored;
	}
}

async function judgeNobody(
	kernel: Kernel,
	signal: Signal,
	reason: NobodyReason,
	actor: string,
): Promise<Verdict> {
	const verdict = nobodysVerdict(kernel, signal, reason, actor);
	return once(kernel, { signalId: signal.id, accountId: null }, async (trx) =>
		storeVerdict(trx, kernel, verdict),
	);
}

async function noneEligible({ conn, clock, rules }: Kernel, signal: Signal): Promise<NobodyReason> {
	const { unknownHandles } = await listEligible(conn, {
		class: signal.class, forExit: signal.action !== 'open', handles: signal.members, at: clock.now(), policy: rules.policy,
	});
	return { kind: 'none_eligible', unknownHandles };
}

export function createRisk(kernel: Kernel, deps: RiskDeps): Risk {
	const { conn } = kernel;
	const viewDeps = { kernel, exchanges: deps.exchanges };
	const feel = feelPulse(kernel);
	const viewOf = async (signal: Signal, accountId: AccountId): Promise<MarketView> => {
		if (signal.action === 'open') await feel();
		return loadMarketView(viewDeps, signal, accountId);
	};
	return {
		async judge({ signalId, accountId, manualRun, allowLive, actor }) {
			const stored = await findVerdict(conn, signalId, accountId, 'intake');
			if (stored !== null) return stored;
			const signal = await theSignal(deps, signalId);
			if (accountId === null) {
				return judgeNobody(kernel, signal, await noneEligible(kernel, signal), actor);
			}
			const view = await viewOf(signal, accountId);
			const order = { view, purpose: 'intake', mode: null, manualRun, allowLive, replaces: null, actor } as const;
			return once(kernel, { signalId, accountId }, async (trx) =>
				judgeIn(trx, kernel, deps.waitingTickets, order),
			);
		},
		async rejudge(trx, context, purpose) {
			const { view, mode, actor, manualRun = false, allowLive = false, replaces = null } = context;
			const stored = await findVerdict(trx, view.signal.id, view.accountId, purpose);
			if (stored !== null) return stored;
			const order = { view, purpose, mode, manualRun, allowLive, replaces, actor };
			return judgeIn(trx, kernel, deps.waitingTickets, order);
		},
		async validate(request) {
			const { signalId, accountId, ...terms } = request;
			if (signalId === null) {
				return dryRun({ ...viewDeps, waitingTickets: deps.waitingTickets }, request);
			}
			const stored = await findVerdict(conn, signalId, accountId, 'intake');
			if (stored !== null) {
				return { verdict: stored, stored: true, wouldReserve: stored.reservationId !== null };
			}
			const signal = await theSignal(deps, signalId);
			if (accountId === null) {
				const reason = await noneEligible(kernel, signal);
				const verdict = nobodysVerdict(kernel, signal, reason, terms.actor);
				return { verdict, stored: false, wouldReserve: false };
			}
			const wanted = { ...terms, signal, accountId };
			return dryRun({ ...viewDeps, waitingTickets: deps.waitingTickets }, wanted);
		},
		loadMarketView: viewOf,
		async judgeExpired(signalId, actor = 'engine') {
			const stored = await findVerdict(conn, signalId, null, 'intake');
			if (stored !== null) return stored;
			const signal = await theSignal(deps, signalId);
			return judgeNobody(kernel, signal, { kind: 'never_judged' }, actor);
		},
		get: async (id, at = conn) => getVerdict(at, id),
		find: async (signalId, accountId, purpose, at = conn) =>
			findVerdict(at, signalId, accountId, purpose),
		ofSignal: async (signalId, at = conn) => verdictsOfSignal(at, signalId),
	};
}

const approve = markAs<'RiskApproved'>();

/**
 * The order that a stored verdict allows: the only place where an intent becomes `RiskApproved`.
 * Call it under the account's lock, after looking whether the reservation's time is over; here it
 * must be unused and hold exactly what the verdict says.
 * @throws FirecontrolError `VERDICT_NOT_APPROVED`
 */
export async function approvedIntent(
	trx: Trx,
	verdict: Verdict,
	ticketId: TicketId,
): Promise<RiskApproved<OrderIntent>> {
	const { intent, accountId, memberId, reservationId } = verdict;
	if (!isApproved(verdict)) throw notApproved(verdict.id, `it is a ${verdict.decision}`);
	if (verdict.waitsForCapacity) throw notApproved(verdict.id, 'it waits for capacity');
	if (intent === null || accountId === null || memberId === null) {
		throw notApproved(verdict.id, 'it opens nothing');
	}
	if (reservationId === null) throw notApproved(verdict.id, 'it holds no capacity');
	const held = await liveReservation(trx, reservationId, verdict.createdAt);
	const same =
		held !== null &&
		held.verdictId === verdict.id &&
		held.accountId === accountId &&
		held.symbol === intent.symbol &&
		held.side === intent.side &&
		held.risk === intent.risk &&
		held.cash === intent.cash;
	if (!same) throw notApproved(verdict.id, 'its reservation is used, released or of another order');
	return approve({
		accountId,
		memberId,
		signalId: verdict.signalId,
		ticketId,
		source: intent.source,
		venue: intent.venue,
		symbol: intent.symbol,
		side: intent.side,
		type: intent.type,
		quantity: intent.quantity,
		givenQuantity: intent.givenQuantity,
		price: intent.price,
		triggerPrice: intent.triggerPrice,
		referencePrice: intent.referencePrice,
		stopLoss: intent.stopLoss,
		targets: intent.targets,
		risk: intent.risk,
		cash: intent.cash,
		policyVersion: verdict.policyVersion,
	});
}
