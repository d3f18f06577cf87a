import type { Kernel, Trx } from '../db';
import { listEligible } from '../members';
import type { AccountId, SignalId } from '../model';
import { findSignal, type PumpOutcome, type SignalProgress } from '../signals';
import type { TicketRow } from './tickets.table';

interface Judged {
	readonly signal_id: SignalId;
	readonly account_id: AccountId | null;
	readonly decision: string;
}

type TicketEnd = Pick<TicketRow, 'signal_id' | 'account_id' | 'state' | 'placed_at'>;

async function judgedOf(trx: Trx, ids: readonly SignalId[]): Promise<Judged[]> {
	return trx('verdicts')
		.whereIn('signal_id', [...ids])
		.where('purpose', 'intake')
		.select('signal_id', 'account_id', 'decision');
}

async function ticketsOf(trx: Trx, ids: readonly SignalId[]): Promise<TicketEnd[]> {
	return trx<TicketRow>('tickets')
		.whereIn('signal_id', [...ids])
		.select('signal_id', 'account_id', 'state', 'placed_at');
}

/** Whether every account that the signal goes to now has its verdict. */
async function reachedAll(
	trx: Trx,
	kernel: Kernel,
	id: SignalId,
	judged: readonly Judged[],
): Promise<boolean> {
	const signal = await findSignal(trx, id);
	if (signal === null) return true;
	const { rows } = await listEligible(trx, {
		class: signal.class,
		forExit: signal.action !== 'open',
		handles: signal.members,
		at: kernel.clock.now(),
		policy: kernel.rules.policy,
	});
	const reached = new Set(judged.map((verdict) => verdict.account_id));
	return rows.every(({ account }) => reached.has(account.id));
}

/** Every approval has its ticket, and no ticket is fired without having been carried out. */
function carriedOut(judged: readonly Judged[], tickets: readonly TicketEnd[]): boolean {
	return judged.every(({ account_id: accountId, decision }) => {
		if (decision === 'BLOCK') return true;
		const ticket = tickets.find((each) => each.account_id === accountId);
		return ticket !== undefined && (ticket.state !== 'FIRED' || ticket.placed_at !== null);
	});
}

async function finished(
	trx: Trx,
	kernel: Kernel,
	ids: readonly SignalId[],
	outcome: PumpOutcome,
): Promise<ReadonlySet<SignalId>> {
	const verdicts = await judgedOf(trx, ids);
	const judgedIds = new Set(verdicts.map((verdict) => verdict.signal_id));
	if (outcome === 'succeeded') return judgedIds;
	const tickets = await ticketsOf(trx, ids);
	const done = new Set<SignalId>();
	for (const id of judgedIds) {
		const judged = verdicts.filter((verdict) => verdict.signal_id === id);
		if (!carriedOut(judged, tickets.filter((ticket) => ticket.signal_id === id))) continue;
		if (await reachedAll(trx, kernel, id, judged)) done.add(id);
	}
	return done;
}

/** What the pump asks of the features above it: how far a signal has come. */
export function signalProgress(kernel: Kernel): SignalProgress {
	return {
		judged: async (trx, ids) =>
			new Set((await judgedOf(trx, ids)).map((verdict) => verdict.signal_id)),
		finished: async (trx, ids, outcome) => finished(trx, kernel, ids, outcome),
	};
}
