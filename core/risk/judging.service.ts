import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import { appendEvent } from '../events';
import { SECOND, newId, type VerdictId } from '../model';
import { openTrades, releaseReservation, reserve } from '../orders';
import { judgeCancel, judgeClose } from './closing';
import { judgeOpening, mayReserve, type Judgement } from './gate';
import { namesSymbol, type MarketView } from './market-view';
import { decidingChecks, type Purpose, type Verdict } from './risk';
import {
	accountFacts, loadSnapshot, lockOwner, openTradeFacts, type JudgementTerms, type LockedOwner,
} from './snapshot.repository';
import { insertVerdict } from './verdicts.repository';
import { waitingWork, type WaitingTickets } from './waiting-work';

/** One judgement to be made and stored. */
export interface JudgeOrder extends JudgementTerms {
	readonly view: MarketView;
	readonly purpose: Purpose;
	readonly actor: string;
}

/** Thrown to undo a judgement that another process stored first. */
export class AlreadyJudged extends Error {}

interface Reached {
	readonly judgement: Judgement;
	readonly symbol: string;
	/** Capacity is to be held for it. */
	readonly reserve: boolean;
}

async function judgeOpen(trx: Trx, kernel: Kernel, order: JudgeOrder, owner: LockedOwner): Promise<Reached> {
	const { view, purpose } = order;
	const { snapshot, ownReservations } = await loadSnapshot(trx, kernel, view, owner, order);
	// A new judgement takes the place of the earlier ones of this signal and account.
	for (const id of ownReservations) await releaseReservation(trx, kernel, id);
	const judgement = judgeOpening(snapshot);
	const firesNow = purpose !== 'intake' || snapshot.mode === 'FULL_AUTO';
	return {
		judgement,
		symbol: view.market?.symbol ?? view.signal.symbol,
		reserve: firesNow && mayReserve(judgement),
	};
}

async function judgeExit(
	trx: Trx,
	waitingTickets: WaitingTickets,
	{ view, manualRun, allowLive }: JudgeOrder,
	{ account, now }: LockedOwner,
): Promise<Reached> {
	const { signal, market } = view;
	const facts = {
		signal, account: accountFacts(account, now), run: { manual: manualRun, allowLive },
	};
	if (signal.action === 'cancel') {
		const symbol = market?.symbol ?? signal.symbol;
		const subject = { accountId: account.id, symbol, side: signal.side };
		const waiting = await waitingWork(trx, subject, waitingTickets);
		return { judgement: judgeCancel({ ...facts, symbol, waiting }), symbol, reserve: false };
	}
	const trade = (await openTrades(trx, account.id)).find((open) =>
		market === null ? namesSymbol(signal.symbol, open.symbol) : open.symbol === market.symbol,
	);
	const symbol = trade?.symbol ?? market?.symbol ?? signal.symbol;
	const open = trade === undefined ? null : openTradeFacts(trade);
	return { judgement: judgeClose({ ...facts, symbol, trade: open }), symbol, reserve: false };
}

/** How long an order may be made from it: an exit is good at any age of its signal. */
function expiryOf(kernel: Kernel, { signal }: MarketView, now: number): number {
	if (signal.action === 'open') return signal.expiresAt;
	return Math.max(signal.expiresAt, now + kernel.rules.policy.intake.expirySeconds * SECOND);
}

async function hold(
	trx: Trx,
	kernel: Kernel,
	{ view }: JudgeOrder,
	{ judgement: { intent }, reserve: wanted }: Reached,
	verdictId: VerdictId,
) {
	if (!wanted || intent === null) return null;
	const { symbol, side, risk, cash } = intent;
	const { accountId, memberId, signal } = view;
	const owner = { accountId, memberId, signalId: signal.id, verdictId };
	return (await reserve(trx, kernel, { ...owner, symbol, side, risk, cash })).id;
}

/** Stores a verdict with its event and audit entry. @throws AlreadyJudged */
export async function storeVerdict(trx: Trx, kernel: Kernel, verdict: Verdict): Promise<Verdict> {
	if (!(await insertVerdict(trx, verdict))) throw new AlreadyJudged();
	const { decision, code, symbol, side, action, confidence, actor } = verdict;
	const codes = [...new Set(decidingChecks(verdict).map((check) => check.code))];
	await appendEvent(trx, kernel, {
		type: 'verdict.issued',
		memberId: verdict.memberId,
		accountId: verdict.accountId,
		signalId: verdict.signalId,
		subjectId: verdict.id,
		actor,
		payload: { verdict_id: verdict.id, decision, code, codes, symbol, side, action, confidence },
	});
	await appendAudit(trx, kernel, {
		actor,
		action: 'verdict.issued',
		subjectId: verdict.id,
		correlationId: verdict.signalId,
		memberId: verdict.memberId,
		accountId: verdict.accountId,
		details: { decision, codes, purpose: verdict.purpose, reservation: verdict.reservationId },
	});
	return verdict;
}

/** A judgement as it would be stored, with nothing held for it. */
export interface Judged {
	readonly verdict: Verdict;
	readonly reached: Reached;
}

/**
 * Judges in the caller's transaction. It gives back what earlier judgements of the same signal and
 * account hold, so that nothing may be left of the transaction unless the verdict is stored.
 */
export async function judgedIn(
	trx: Trx,
	kernel: Kernel,
	waitingTickets: WaitingTickets,
	order: JudgeOrder,
): Promise<Judged> {
	const { view, purpose, actor } = order;
	const { signal } = view;
	const owner = await lockOwner(trx, kernel, view);
	const reached =
		signal.action === 'open'
			? await judgeOpen(trx, kernel, order, owner)
			: await judgeExit(trx, waitingTickets, order, owner);
	const { decision, code, checks, intent, waitsForCapacity } = reached.judgement;
	const verdict: Verdict = {
		id: newId('vrd', kernel.clock, kernel.rng),
		signalId: signal.id,
		accountId: view.accountId,
		memberId: view.memberId,
		purpose,
		action: signal.action,
		symbol: reached.symbol,
		side: signal.side,
		confidence: signal.confidence,
		decision,
		code,
		checks,
		intent,
		reservationId: null,
		waitsForCapacity,
		policyVersion: kernel.rules.version,
		actor,
		createdAt: owner.now,
		expiresAt: expiryOf(kernel, view, owner.now),
	};
	return { verdict, reached };
}

/**
 * Judges and stores, in the caller's transaction: the capacity that an approval needs is held in
 * the same commit as the verdict. @throws AlreadyJudged
 */
export async function judgeIn(
	trx: Trx,
	kernel: Kernel,
	waitingTickets: WaitingTickets,
	order: JudgeOrder,
): Promise<Verdict> {
	const { verdict, reached } = await judgedIn(trx, kernel, waitingTickets, order);
	const reservationId = await hold(trx, kernel, order, reached, verdict.id);
	return storeVerdict(trx, kernel, { ...verdict, reservationId });
}
