import { setTimeout as sleep } from 'node:timers/promises';
import { assembleCore, type Core } from '../../../core/core';
import { createKernel, openPool, type DatabaseConfig } from '../../../core/db';
import { decimal, type AccountId, type SignalId, type TicketId } from '../../../core/model';
import type { Verdict } from '../../../core/risk';
import { serve } from '../../support/processes';

/** What the test asks of this process. */
export interface JudgeJob {
	readonly signalId: SignalId;
	readonly accountId: AccountId;
	/** Null judges on arrival; a ticket judges its press. */
	readonly ticketId: TicketId | null;
	/** When to begin, so that two processes begin together. */
	readonly at: number;
}

/** Without a job the process only gets ready. */
export interface JudgeQuestion {
	readonly config: DatabaseConfig;
	readonly job: JudgeJob | null;
}

export type JudgeAnswer = Pick<Verdict, 'id' | 'decision' | 'code' | 'reservationId' | 'waitsForCapacity'>;

const PRICES: Readonly<Record<string, number>> = { 'BTC/USDT': 60000, 'ETH/USDT': 3000 };

/** The core of this process on the test's database; made at the first question. */
const cores = new Map<string, Core>();

function coreOf(config: DatabaseConfig): Core {
	const key = JSON.stringify(config);
	const known = cores.get(key);
	if (known !== undefined) return known;
	const kernel = createKernel(openPool(config), { sealingKey: new Uint8Array(32) });
	const made = assembleCore(kernel, {
		quotes: {
			quote: async (_, symbol) => {
				const price = decimal(PRICES[symbol] ?? 1);
				return { symbol, bid: price, ask: price, at: Date.now() };
			},
		},
	});
	cores.set(key, made);
	return made;
}

async function press(core: Core, job: JudgeJob, ticketId: TicketId): Promise<Verdict> {
	const { kernel, risk, signals } = core;
	const signal = await signals.get(job.signalId);
	if (signal === null) throw new Error('no signal');
	const view = await risk.loadMarketView(signal, job.accountId);
	await sleep(Math.max(0, job.at - Date.now()));
	const context = { ticketId, mode: 'MANUAL', view, actor: 'member:test' } as const;
	return kernel.transaction(async (trx) => risk.rejudge(trx, context, `fire:${ticketId}:1`));
}

async function arrive(core: Core, { signalId, accountId, at }: JudgeJob): Promise<Verdict> {
	await sleep(Math.max(0, at - Date.now()));
	return core.risk.judge({ signalId, accountId, manualRun: false, allowLive: false, actor: 'node:test' });
}

serve(async ({ config, job }: JudgeQuestion): Promise<JudgeAnswer | null> => {
	const core = coreOf(config);
	if (job === null) return null;
	const { ticketId } = job;
	const verdict = ticketId === null ? await arrive(core, job) : await press(core, job, ticketId);
	const { id, decision, code, reservationId, waitsForCapacity } = verdict;
	return { id, decision, code, reservationId, waitsForCapacity };
});
