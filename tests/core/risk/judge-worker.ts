import { setTimeout as sleep } from 'node:timers/promises';
import { assembleCore } from '../../../core/core';
import { createKernel, openPool, type DatabaseConfig } from '../../../core/db';
import { decimal, type AccountId, type SignalId, type TicketId } from '../../../core/model';
import type { Verdict } from '../../../core/risk';
import { answerWith } from '../../support/processes';

/** What the test asks of this process. */
export interface JudgeJob {
	readonly signalId: SignalId;
	readonly accountId: AccountId;
	/** Null judges on arrival; a ticket judges its press. */
	readonly ticketId: TicketId | null;
	/** When to begin, so that two processes begin together. */
	readonly at: number;
}

export type JudgeAnswer = Pick<Verdict, 'id' | 'decision' | 'code' | 'reservationId' | 'waitsForCapacity'>;

const PRICES: Readonly<Record<string, number>> = { 'BTC/USDT': 60000, 'ETH/USDT': 3000 };

const config = JSON.parse(process.env['FIRECONTROL_WORKER_DATABASE'] ?? '') as DatabaseConfig;
const kernel = createKernel(openPool(config), { sealingKey: new Uint8Array(32) });
const { risk, signals } = assembleCore(kernel, {
	quotes: {
		quote: async (_, symbol) => {
			const price = decimal(PRICES[symbol] ?? 1);
			return { symbol, bid: price, ask: price, at: Date.now() };
		},
	},
});

async function press(job: JudgeJob, ticketId: TicketId): Promise<Verdict> {
	const signal = await signals.get(job.signalId);
	if (signal === null) throw new Error('no signal');
	const view = await risk.loadMarketView(signal, job.accountId);
	await sleep(Math.max(0, job.at - Date.now()));
	const context = { ticketId, mode: 'MANUAL', view, actor: 'member:test' } as const;
	return kernel.transaction(async (trx) => risk.rejudge(trx, context, `fire:${ticketId}:1`));
}

async function arrive({ signalId, accountId, at }: JudgeJob): Promise<Verdict> {
	await sleep(Math.max(0, at - Date.now()));
	return risk.judge({ signalId, accountId, manualRun: false, allowLive: false, actor: 'node:test' });
}

answerWith(async (job: JudgeJob): Promise<JudgeAnswer> => {
	const verdict = job.ticketId === null ? await arrive(job) : await press(job, job.ticketId);
	const { id, decision, code, reservationId, waitsForCapacity } = verdict;
	return { id, decision, code, reservationId, waitsForCapacity };
});
