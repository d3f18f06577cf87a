import type { Kernel } from '../../../../core/db';
import { decimal, MINUTE, newId, type DecimalInput } from '../../../../core/model';

/** A trade that closed, as the order manager leaves it: not folded in yet. */
export interface ClosedRow {
	readonly memberId: string;
	readonly accountId: string;
	readonly closedAt: number;
	readonly gross?: DecimalInput;
	readonly net?: DecimalInput;
	readonly risk?: DecimalInput;
	readonly signalId?: string | null;
	readonly exitReason?: string;
}

/** Writes the row of a closed trade; a loss unless told otherwise. */
export async function writeClosed(kernel: Kernel, wish: ClosedRow): Promise<string> {
	const { memberId, accountId, closedAt, gross = -10, net = -11, risk = 100, exitReason = 'stop' } = wish;
	const id = newId('trd', kernel.clock, kernel.rng);
	await kernel.conn('trades').insert({
		id, account_id: accountId, member_id: memberId,
		signal_id: wish.signalId === undefined ? newId('sig', kernel.clock, kernel.rng) : wish.signalId,
		ticket_id: null, source: 'test', venue: 'paper', symbol: 'BTC/USDT', side: 'buy', state: 'CLOSED',
		planned_quantity: '1', entered_quantity: '1', exited_quantity: '1', entry_value: '100', exit_value: '90',
		fees: '1', fees_booked: '1', realised_gross: decimal(gross), realised_net: decimal(net), stop_loss: '90',
		initial_risk: decimal(risk), close_reason: null, close_actor: null, exit_reason: exitReason, plan_kept: 1,
		stop_honoured: 1, opened_at: closedAt - MINUTE, closed_at: closedAt, created_at: closedAt - MINUTE,
		policy_version: kernel.rules.version,
	});
	return id;
}
