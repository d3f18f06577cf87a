import type { INodeProperties } from 'n8n-workflow';

/** The events of the core that workflows can hear, by the name the operator sees. */
export const EVENT_OPTIONS = [
	{ name: 'Account Adjusted', value: 'account.adjusted' },
	{ name: 'Alert Given Up', value: 'alert.dead_letter' },
	{ name: 'Audit Checkpoint', value: 'audit.checkpoint' },
	{ name: 'Compliance Daily Summary', value: 'compliance.daily_summary' },
	{ name: 'Fire Mode Changed', value: 'member.mode_changed' },
	{ name: 'Issue Raised', value: 'issue.raised' },
	{ name: 'Issue Resolved', value: 'issue.resolved' },
	{ name: 'News Feed Recovered', value: 'news.feed_recovered' },
	{ name: 'News Locked', value: 'news.locked' },
	{ name: 'Order Cancelled', value: 'order.cancelled' },
	{ name: 'Order Failed', value: 'order.failed' },
	{ name: 'Order Filled', value: 'order.filled' },
	{ name: 'Order Outcome Unknown', value: 'order.unknown' },
	{ name: 'Order Rejected', value: 'order.rejected' },
	{ name: 'Order Submitted', value: 'order.submitted' },
	{ name: 'Risk Level Changed', value: 'risk.level_changed' },
	{ name: 'Risk Position Loss', value: 'risk.position_loss' },
	{ name: 'Risk Warning', value: 'risk.warning' },
	{ name: 'Signal Received', value: 'signal.received' },
	{ name: 'Stop Moved', value: 'stop.moved' },
	{ name: 'Ticket Expired', value: 'ticket.expired' },
	{ name: 'Ticket Fired', value: 'ticket.fired' },
	{ name: 'Ticket Held', value: 'ticket.held' },
	{ name: 'Ticket Queued', value: 'ticket.queued' },
	{ name: 'Ticket Refused', value: 'ticket.refused' },
	{ name: 'Trade Closed', value: 'trade.closed' },
	{ name: 'Trade Opened', value: 'trade.opened' },
	{ name: 'Trading Re-Armed', value: 'trading_state.rearmed' },
	{ name: 'Trading Tripped', value: 'trading_state.tripped' },
	{ name: 'Verdict Issued', value: 'verdict.issued' },
	{ name: 'XP Awarded', value: 'xp.awarded' },
	{ name: 'XP Level Up', value: 'xp.level_up' },
	{ name: 'XP Rank Up', value: 'xp.rank_up' },
] as const;

export const eventsProperties: INodeProperties[] = [
	{
		displayName:
			'Every event comes at least once, in order. An execution that fails, or dies with n8n, gets its events again: our own nodes know an event by its event_id and act once. Before other nodes that must not act twice, put "Remove Duplicates" on event_id.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Event Types',
		name: 'types',
		type: 'multiOptions',
		options: [...EVENT_OPTIONS],
		default: ['trade.closed'],
		required: true,
		description: 'Which events start the workflow',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Batch Size',
				name: 'batchSize',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 100 },
				default: 100,
				description: 'Max number of events that one execution gets',
			},
			{
				displayName: 'Include Earlier Events',
				name: 'includeEarlier',
				type: 'boolean',
				default: false,
				description:
					'Whether a node that never listened before begins with the first event ever. Once it has listened, it goes on where it was.',
			},
		],
	},
];
