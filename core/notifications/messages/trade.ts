import type { EventOf } from '../../events';
import type { Decimal } from '../../model';
import type { Alert, AlertType } from '../notification';
import {
	assetsOf,
	duration,
	isLoss,
	money,
	percent,
	price,
	quantity,
	signedMoney,
	time,
	type Reader,
} from './format';

/** A position that has begun, with its stop and targets. */
export function renderTradeOpened({ payload }: EventOf<'trade.opened'>): Alert {
	const { symbol, side, stop_loss: stop } = payload;
	const size = quantity(payload.quantity, symbol);
	const targets = payload.targets.map(
		(target) => `${price(target.price, symbol)} (${percent(target.share)})`,
	);
	return {
		type: 'fill',
		priority: 'normal',
		title: `Open: ${side} ${size}`,
		happened: `You ${side === 'buy' ? 'bought' : 'sold'} ${size} at ${price(payload.entry_price, symbol)}.`,
		meaning:
			stop === null
				? 'This position has no stop-loss.'
				: `It closes by itself at the stop ${price(stop, symbol)}${targets.length > 0 ? ' or at its target' : ''}.`,
		action: stop === null ? 'Watch it, or close it.' : null,
		facts: [
			...(targets.length > 0 ? [{ label: 'Target', value: targets.join(', ') }] : []),
			{ label: 'Fees', value: money(payload.fees, assetsOf(symbol).quote) },
			{ label: 'Trade', value: payload.trade_id },
		],
	};
}

/** A stop that a person moved; of what the plan moves by itself the end of the trade tells. */
export function renderStopMoved({ payload }: EventOf<'stop.moved'>): Alert | null {
	if (payload.by !== 'hand') return null;
	const { symbol, from, to } = payload;
	const before = from === null ? 'had none' : `was at ${price(from, symbol)}`;
	return {
		type: 'order',
		priority: 'normal',
		title: `Stop moved: ${symbol}`,
		happened: `The stop of your ${payload.side} in ${symbol} is now at ${price(to, symbol)}; it ${before}.`,
		meaning: 'The position closes by itself there.',
		action: null,
		facts: [{ label: 'Trade', value: payload.trade_id }],
	};
}

interface Ending {
	readonly type: AlertType;
	readonly word: string;
	readonly by: string;
}

const ENDINGS: Readonly<Record<string, Ending>> = {
	stop: { type: 'stop_hit', word: 'Stop hit', by: 'its stop' },
	trail: { type: 'stop_hit', word: 'Trailed stop hit', by: 'its stop, which the plan had moved' },
	target: { type: 'target_hit', word: 'Target hit', by: 'its target' },
	time: { type: 'position_closed', word: 'Time is over', by: 'its time limit' },
	source_close: { type: 'position_closed', word: 'Closed', by: 'a signal of its source' },
	other_close: { type: 'position_closed', word: 'Closed', by: 'a signal of another source' },
	manual: { type: 'position_closed', word: 'Closed', by: 'hand' },
	engine: { type: 'position_closed', word: 'Closed', by: 'the engine' },
	kill_switch: { type: 'position_closed', word: 'Closed', by: 'the kill switch' },
	reconciliation: { type: 'position_closed', word: 'Closed', by: 'the comparison with the venue' },
};

function endingOf(reason: string): Ending {
	const by = reason.replaceAll('_', ' ');
	return ENDINGS[reason] ?? { type: 'position_closed', word: 'Closed', by };
}

function conductOf(planKept: boolean | null, stopHonoured: boolean | null): string {
	if (planKept === null) return 'It does not count for XP.';
	const plan = planKept ? 'The plan was kept' : 'The plan was not kept';
	if (stopHonoured === null) return `${plan}.`;
	return `${plan} and the stop was ${stopHonoured ? '' : 'not '}honoured.`;
}

function resultOf(net: Decimal, fees: Decimal, currency: string): string {
	const word = isLoss(net) ? 'Loss' : 'Result';
	return `${word}: ${signedMoney(net, currency)} after ${money(fees, currency)} fees.`;
}

/** A position that has ended, with what it brought. */
export function renderTradeClosed({ payload }: EventOf<'trade.closed'>, reader: Reader): Alert {
	const { symbol, currency, net } = payload;
	const ending = endingOf(payload.exit_reason);
	const size = quantity(payload.quantity, symbol);
	return {
		type: ending.type,
		priority: ending.type === 'position_closed' ? 'normal' : 'high',
		title: `${ending.word}: ${symbol} ${signedMoney(net, currency)}`,
		happened: `Your ${payload.side} of ${size} was closed by ${ending.by} at ${price(payload.exit_price, symbol)}.`,
		meaning: `${resultOf(net, payload.fees, currency)} ${conductOf(payload.plan_kept, payload.stop_honoured)}`,
		action: null,
		facts: [
			{ label: 'Entry', value: price(payload.entry_price, symbol) },
			{ label: 'Exit', value: price(payload.exit_price, symbol) },
			{ label: 'Before fees', value: signedMoney(payload.gross, currency) },
			{ label: 'Net', value: signedMoney(net, currency) },
			{ label: 'Held', value: duration(payload.closed_at - payload.opened_at) },
			{ label: 'Closed', value: time(payload.closed_at, reader) },
			{ label: 'Trade', value: payload.trade_id },
		],
	};
}
