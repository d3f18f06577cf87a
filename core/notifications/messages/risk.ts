import type { EventOf, RiskWarning } from '../../events';
import type { Alert, Priority } from '../notification';
import { money } from './format';

const LEVEL_PRIORITY: Readonly<Record<string, Priority>> = {
	LOW: 'low', MEDIUM: 'low', HIGH: 'normal', CRITICAL: 'high',
};
const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/** How much of the day's loss limit is in use has crossed a mark. */
export function renderLevelChanged({ payload }: EventOf<'risk.level_changed'>): Alert {
	const { level, previous, used, limit, used_percent: share, currency } = payload;
	const rises = LEVELS.indexOf(level) > LEVELS.indexOf(previous ?? 'LOW');
	return {
		type: 'risk_warning',
		priority: rises ? (LEVEL_PRIORITY[level] ?? 'high') : 'low',
		title: `Risk level ${level}`,
		happened: `${share} % of the day's loss limit is in use, by losses and by what open trades may lose.`,
		meaning: level === 'CRITICAL' ? 'There is hardly room for another trade today.' : null,
		action: null,
		facts: [
			{ label: 'In use', value: money(used, currency) },
			{ label: 'Limit', value: money(limit, currency) },
			...(previous === null ? [] : [{ label: 'Before', value: previous }]),
		],
	};
}

interface Words {
	readonly title: string;
	readonly happened: string;
	readonly meaning: string | null;
	readonly action: string | null;
	readonly priority: Priority;
}

function wordsOf({ payload }: EventOf<'risk.warning'>): Words {
	const share = payload.used_percent ?? '?';
	const symbol = payload.symbol ?? 'A position';
	const words: Readonly<Record<RiskWarning, Words>> = {
		daily_loss: {
			title: 'Near the daily loss limit', priority: 'high', action: null,
			happened: `${share} % of the day's loss limit is in use.`,
			meaning: 'At the limit no new trade is opened until the next risk day.',
		},
		equity_drop: {
			title: 'Equity is falling', priority: 'high', action: null,
			happened: `The equity has fallen ${share} % of the way from the day's start to the limit.`,
			meaning: 'At the limit the account is paused until the next risk day; open positions keep their exits.',
		},
		drawdown: {
			title: 'Near the drawdown limit', priority: 'critical',
			happened: `The fall from the account's peak has come ${share} % of the way to its limit.`,
			meaning: 'At the limit every position is closed and the account is locked until a person re-arms it.',
			action: 'Look at what is open, and close what you do not believe in.',
		},
		position_loss: {
			title: `${symbol} is losing much`, priority: 'high', action: null,
			happened: `${symbol} has lost ${share} % of what one position may lose.`,
			meaning: 'At the limit the engine closes it.',
		},
		missing_stop: {
			title: `${symbol} has no stop`, priority: 'critical',
			happened: `${symbol} is open without a stop-loss.`,
			meaning: 'It counts as if it could lose 5 % of the equity, and is closed at that loss.',
			action: 'Set a stop (Order Tracker: Set Exit Plan), or close it.',
		},
		equity_unknown: {
			title: 'Equity is not known', priority: 'high',
			happened: 'The account has open positions, and its equity cannot be computed now.',
			meaning: 'New entries are denied until it is; exits are watched all the same.',
			action: 'Look at the venue and its prices (Risk Gate: Status says what is missing).',
		},
	};
	return words[payload.warning];
}

/** Something comes near a limit, or cannot be seen. */
export function renderRiskWarning(event: EventOf<'risk.warning'>): Alert {
	const { payload } = event;
	const { currency, observed, limit } = payload;
	return {
		type: 'risk_warning',
		...wordsOf(event),
		facts: [
			...(observed === null ? [] : [{ label: 'Now', value: money(observed, currency) }]),
			...(limit === null ? [] : [{ label: 'Limit', value: money(limit, currency) }]),
		],
	};
}

/** A position lost so much that it is closed. */
export function renderPositionLoss({ payload }: EventOf<'risk.position_loss'>): Alert {
	const { symbol, loss, limit, currency } = payload;
	return {
		type: 'risk_warning', priority: 'critical',
		title: `${symbol} is closed: it lost too much`,
		happened: `${symbol} has lost ${money(loss, currency)}, and one position may lose ${money(limit, currency)}.`,
		meaning: 'The engine closes it at the market.',
		action: null,
		facts: [{ label: 'Trade', value: payload.trade_id }],
	};
}
