import type { EventOf } from '../../events';
import type { Alert } from '../notification';

/** A change of fire mode. */
export function renderModeChanged({ payload }: EventOf<'member.mode_changed'>): Alert {
	const slots = payload.mode === 'FULL_AUTO' ? ` with ${payload.slots} slots` : '';
	return {
		type: 'system', priority: 'normal', action: null, facts: [],
		title: `Fire mode ${payload.mode}`,
		happened: `Your fire mode is now ${payload.mode}${slots}; it was ${payload.previous}.`,
		meaning:
			payload.mode === 'FULL_AUTO'
				? 'Good signals are ordered without asking you.'
				: 'Signals wait for you where the mode says so.',
	};
}

/** An alert that could not be brought. */
export function renderDeadLetter({ payload }: EventOf<'alert.dead_letter'>): Alert {
	return {
		type: 'system', priority: 'high',
		title: `Alerts by ${payload.channel} do not arrive`,
		happened: `An alert by ${payload.channel} was given up after its last try.`,
		meaning: payload.error,
		action: `Check the address and the settings of ${payload.channel}.`,
		facts: [{ label: 'Message', value: payload.message_id }],
	};
}

/** Something that an operator must look at. */
export function renderIssue({ payload }: EventOf<'issue.raised'>): Alert {
	return {
		type: 'system', priority: payload.severity, meaning: null,
		title: `Issue: ${payload.code}`,
		happened: payload.message,
		action: 'Look into it; the audit trail has the details.',
		facts: [{ label: 'Code', value: payload.code }],
	};
}

/** An issue that is none any more. */
export function renderIssueResolved({ payload }: EventOf<'issue.resolved'>): Alert {
	return {
		type: 'system', priority: 'low', meaning: null, action: null,
		title: `Settled: ${payload.code}`,
		happened: `The issue ${payload.code} is settled: ${payload.resolution}.`,
		facts: [
			{ label: 'Code', value: payload.code },
			{ label: 'Issue', value: payload.issue_id },
		],
	};
}

/** A correction of our books by the venue's. */
export function renderAdjusted({ payload }: EventOf<'account.adjusted'>): Alert {
	const { kind, asset, amount, before, after, reason } = payload;
	return {
		type: 'system', priority: kind === 'position' ? 'high' : 'normal',
		title: `Corrected: ${kind} ${asset}`,
		happened: `Our books were brought in line with the venue: ${asset} from ${before} to ${after}.`,
		meaning: reason,
		action: kind === 'position' ? 'Compare the account with the venue.' : null,
		facts: [
			{ label: 'Amount', value: amount },
			{ label: 'Adjustment', value: payload.adjustment_id },
		],
	};
}
