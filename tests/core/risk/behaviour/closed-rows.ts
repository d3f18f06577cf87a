import type { Kernel } from '../../../../core/db';
import { decimal, MINUTE, newId, type DecimalInput } from '../../../../core/model';

/** A trade that closed, as the order manager leaves it: not folded in yet. */
export interface ClosedRow {
	readonly memberId: string;
	readonly accountId: string;
	/** Time of the venue's fill; it is booked, and told, now. */
	readonly closedAt: number;
	readonly gross?: DecimalInput;
	readonly net?: DecimalInput;
	readonly risk?: DecimalInput;
	readonly signalId?: string | null;
	readonly exitReason?: string;
}

/** Writes a closed trade and its event; a loss unless told otherwise. */
export async function writeClosed(kernel: Kernel, wish: ClosedRow): Promise<string> {
	const { memberId, accountId, closedAt, gross = -10, net = -11, risk = 100, exitReason = 'stop' } = wish;
	const id = newId('trd', kernel.clock, kernel.rng);
	const signalId = wish.signalId === undefined ? newId('sig', kernel.clock, kernel.rng) : wish.signalId;
	await kernel.conn('trades').insert({
		id, account_id: accountId, member_id: memberId,
		signal_id: signalId, ticket_id: null, source: 'test', venue: 'paper', symbol: 'BTC/USDT', side: 'buy', state: 'CLOSED',
		planned_quantity: '1', entered_quantity: '1', exited_quantity: '1', entry_value: '100', exit_value: '90',
		fees: '1', fees_booked: '1', realised_gross: decimal(gross), realised_net: decimal(net), stop_loss: '90',
		initial_risk: decimal(risk), close_reason: null, close_actor: null, exit_reason: exitReason, plan_kept: 1,
		stop_honoured: 1, opened_at: closedAt - MINUTE, closed_at: closedAt, created_at: closedAt - MINUTE,
		policy_version: kernel.rules.version,
	});
	await tellClosed(kernel, { ...wish, id, signalId });
	return id;
}

/** The event of a trade that closed, as it is appended with its last fill. */
export async function tellClosed(
	kernel: Kernel,
	trade: Pick<ClosedRow, 'memberId' | 'accountId'> & { readonly id: string; readonly signalId?: string | null },
): Promise<void> {
	await kernel.conn('events').insert({
		event_id: newId('evt', kernel.clock, kernel.rng), type: 'trade.closed', at: kernel.clock.now(),
		member_id: trade.memberId, account_id: trade.accountId, signal_id: trade.signalId ?? null,
		subject_id: trade.id, actor: 'engine', policy_version: kernel.rules.version, payload: '{}',
	});
}
