import type { INodeProperties } from 'n8n-workflow';
import { idParameter, memberParameter } from '../shared/parameters';

export const xpProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Award',
				value: 'award',
				description: 'Book what an outcome event is worth; the same event never counts twice',
				action: 'Award XP for an event',
			},
			{
				name: 'Get Leaderboard',
				value: 'leaderboard',
				description: 'Members by lifetime XP; ties go to who was first',
				action: 'Get the leaderboard',
			},
			{
				name: 'Get Profile',
				value: 'profile',
				description: 'XP, level and rank of a member',
				action: 'Get the profile of a member',
			},
		],
		default: 'award',
	},
	idParameter({
		name: 'eventId',
		displayName: 'Event ID',
		field: 'event_id',
		description: 'An event of the Events Trigger; events that earn nothing pass with 0 XP',
		show: { operation: ['award'] },
	}),
	memberParameter({ operation: ['profile'] }),
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { operation: ['leaderboard'] } },
		description: 'Max number of results to return',
	},
];
