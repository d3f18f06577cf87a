import { SIDES, SIGNAL_ACTIONS, type Side } from '../../model';
import { wordField } from '../fields';
import { asObject } from '../json';
import { fieldFault, type Fault } from '../signals.errors';

type Fields = Readonly<Record<string, unknown>>;

/** Another form translated into the native one. */
export interface Translation {
	readonly fields: Fields;
	/** Native name → the name the sender used, so that faults name what was sent. */
	readonly names: Readonly<Record<string, string>>;
	readonly faults: readonly Fault[];
}

/** What TradingView fills in where a series has no value. */
const NO_NUMBER = new Set(['', 'nan', 'na', 'n/a', 'null', 'undefined', 'none']);
const NUMBERS = new Set(['entry', 'trigger', 'stop_loss', 'take_profit', 'quantity', 'confidence']);

/** Native name → the names alerts use for it, best first; `strategy.x` is a nested field. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
	symbol: ['symbol', 'ticker'],
	created_at: ['created_at', 'timenow'],
	entry: ['entry', 'price', 'strategy.order_price', 'close'],
	stop_loss: ['stop_loss', 'stopLoss', 'sl'],
	take_profit: ['take_profit', 'takeProfit', 'tp'],
	quantity: ['quantity', 'qty'],
	order_type: ['order_type', 'orderType'],
	timeframe: ['timeframe', 'interval'],
	note: ['note', 'comment'],
};
const POSITIONS = ['market_position', 'strategy.market_position'];
/** The position after the order → the side that opens it; null: it is closed. */
const OPENING_SIDE: ReadonlyMap<string, Side | null> = new Map([
	['long', 'buy'],
	['short', 'sell'],
	['flat', null],
]);

const sideWord = wordField(SIDES);
const actionWord = wordField(SIGNAL_ACTIONS);

/** Whether a body has the marks of a TradingView alert. */
export function isTradingView(body: Fields): boolean {
	if (['ticker', 'timenow', 'market_position'].some((name) => name in body)) return true;
	if (asObject(body['strategy']) !== null) return true;
	return sideWord.safeParse(body['action']).success;
}

function isNothing(native: string, value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value !== 'string') return false;
	const text = value.trim().toLowerCase();
	return text === '' || (NUMBERS.has(native) && NO_NUMBER.has(text));
}

interface Found {
	readonly name: string;
	readonly value: unknown;
}

function pick(body: Fields, native: string, names: readonly string[]): Found | null {
	for (const name of names) {
		const [first = '', second] = name.split('.');
		const value = second === undefined ? body[first] : asObject(body[first])?.[second];
		if (!isNothing(native, value)) return { name, value };
	}
	return null;
}

/** Side and action of an alert from the order's action and the position after it. */
function readDirection(body: Fields, at: readonly PropertyKey[]): Translation {
	const verb = actionWord.safeParse(body['action']);
	const sides = ['strategy.order_action', 'side'];
	const order = pick(body, 'side', verb.success ? sides : ['action', ...sides]);
	const names = { side: order?.name ?? 'action' };
	if (verb.success && verb.data !== 'open') {
		return { fields: { action: verb.data, side: order?.value }, names, faults: [] };
	}
	const after = pick(body, 'market_position', POSITIONS);
	const position = String(after?.value ?? '').trim().toLowerCase();
	const opening = OPENING_SIDE.get(position);
	if (after !== null && opening === undefined) {
		const advice = 'Send "long", "short" or "flat", as {{strategy.market_position}} does.';
		const fault = fieldFault('FIELD_INVALID', [...at, after.name], after.value, advice);
		return { fields: { action: 'open', side: order?.value }, names, faults: [fault] };
	}
	if (opening === null) return { fields: { action: 'close', side: order?.value }, names, faults: [] };
	const side = sideWord.safeParse(order?.value);
	if (side.success && opening !== undefined && opening !== side.data) {
		const advice = `The position is still ${position} after this order, so it exits a part only, which is not supported. Exit the whole position.`;
		const fault = fieldFault('PARTIAL_EXIT', [...at, names.side], order?.value, advice);
		return { fields: { action: 'open', side: side.data }, names, faults: [fault] };
	}
	return { fields: { action: 'open', side: order?.value ?? opening }, names, faults: [] };
}

/**
 * A TradingView alert in the native form. `{{timenow}}` is when it was made; `{{time}}`, the bar's
 * opening, never is. Sizes of the strategy tester (`contracts`) are not the account's: only an
 * explicit `quantity` counts.
 */
export function fromTradingView(body: Fields, at: readonly PropertyKey[]): Translation {
	const direction = readDirection(body, at);
	const fields = Object.fromEntries(
		Object.entries(body).filter(([name, value]) => !isNothing(name, value)),
	);
	const names: Record<string, string> = { symbol: 'ticker', ...direction.names };
	for (const [native, aliases] of Object.entries(ALIASES)) {
		const found = pick(body, native, aliases);
		if (found === null) continue;
		fields[native] = found.value;
		names[native] = found.name;
	}
	return { fields: { ...fields, ...direction.fields }, names, faults: direction.faults };
}
