import type { EventOf } from '../../events';
import type { Alert } from '../notification';

/** The end of the audit chain: this very message is the copy outside of the database. */
export function renderCheckpoint({ payload }: EventOf<'audit.checkpoint'>): Alert {
	return {
		type: 'system', priority: 'low', action: null,
		title: `Audit checkpoint ${payload.number}`,
		happened: `The audit chain holds up to row ${payload.number}. Its hash: ${payload.hash}`,
		meaning: 'Keep this message: with it, Audit Trail: Verify shows a chain that was computed anew.',
		facts: [
			{ label: 'Row', value: String(payload.number) },
			{ label: 'SHA-256', value: payload.hash },
		],
	};
}

/** What an account ordered on a day, as supervisors ask for it. */
export function renderComplianceDay({ payload }: EventOf<'compliance.daily_summary'>): Alert {
	const ratio = payload.order_to_trade ?? 'none (no fill)';
	const odd = payload.overrides + payload.kill_switch_uses + payload.limit_breaches;
	return {
		type: 'system', priority: 'low', action: null,
		title: `Day in review: ${payload.day}`,
		happened: `${payload.orders} orders and ${payload.messages} messages went to the venue on ${payload.day}, with ${payload.fills} fills.`,
		meaning: odd === 0
			? 'No limit was hit, nothing overridden, no stop used.'
			: `Limits refused ${payload.limit_breaches} orders, ${payload.overrides} overrides were given, and trading was stopped ${payload.kill_switch_uses} times.`,
		facts: [
			{ label: 'Order to trade', value: ratio },
			{ label: 'Most in a second', value: String(payload.peak_messages_per_second) },
			{ label: 'Rejected by the venue', value: String(payload.rejects) },
			{ label: 'Audit rows not sealed', value: String(payload.unsealed_audit_rows) },
		],
	};
}
