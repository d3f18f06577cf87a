import type { EventOf } from '../../events';
import type { Alert } from '../notification';
import { signedXp } from './format';

const RULES: Readonly<Record<string, string>> = {
	plan_kept: 'keeping the plan',
	stops_honoured: 'honouring stops',
};

/** XP of one rule for one trade. */
export function renderXpAwarded({ payload }: EventOf<'xp.awarded'>): Alert {
	const amount = signedXp(payload.amount);
	const why = RULES[payload.rule] ?? payload.rule.replaceAll('_', ' ');
	return {
		type: 'xp',
		priority: 'low',
		title: `${amount} for ${why}`,
		happened: `${amount} for ${why}; today's total is ${payload.day_total} XP.`,
		meaning: payload.amount < 0 ? 'The share of trades by the plan fell with the last one.' : null,
		action: null,
		facts: [
			{ label: 'Lifetime', value: `${payload.lifetime} XP` },
			{ label: 'Level', value: String(payload.level) },
			{ label: 'Rank', value: payload.rank },
		],
	};
}

/** A level reached for the first time. */
export function renderLevelUp({ payload }: EventOf<'xp.level_up'>): Alert {
	return {
		type: 'level', priority: 'normal', meaning: null, action: null, facts: [],
		title: `Level ${payload.level}`,
		happened: `You have reached level ${payload.level}.`,
	};
}

/** A rank reached for the first time. */
export function renderRankUp({ payload }: EventOf<'xp.rank_up'>): Alert {
	return {
		type: 'level', priority: 'normal', meaning: null, action: null, facts: [],
		title: `New rank: ${payload.rank}`,
		happened: `You now hold the rank ${payload.rank}.`,
	};
}
