import type { z } from 'zod';
import {
	add, asRecord, decimal, div, eq, gt, HUNDRED, lte, mul, ONE, roundDown, sha256, stableJson, sub,
	ZERO, type Decimal,
} from '../model';
import { readDecimal, type SentTarget } from './fields';
import {
	actionField, nativeSchema, orderTypeField, scaleField, type NativeFields,
} from './formats/native';
import { fromTradingView, isTradingView, type Translation } from './formats/tradingview';
import { asObject, forbiddenKeys } from './json';
import type { SignalContent, SignalFormat, TakeProfit } from './signal';
import { fieldFault, type Fault, type FaultCode } from './signals.errors';

/** Most faults that are told of one signal: an answer must stay small. */
export const FAULTS_MAX = 50;
/** Decimals a share is kept with. */
const SHARE_SCALE = 18;

/** A signal read from a body, or everything that is wrong with it. */
export type Parsed =
	| { readonly kind: 'content'; readonly content: SignalContent; readonly contentHash: string }
	| { readonly kind: 'faults'; readonly faults: readonly Fault[] };

type Fields = Readonly<Record<string, unknown>>;

function withoutNulls(body: Fields): Fields {
	return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>((inner, key) => {
		if (Array.isArray(inner)) return typeof key === 'number' ? inner[key] : undefined;
		return asRecord(inner)?.[String(key)];
	}, value);
}

/** Names a fault by the field the sender sent, with the value found there. */
type Blame = (code: FaultCode, path: readonly PropertyKey[], advice: string) => Fault;

function issueFaults(issues: readonly z.core.$ZodIssue[], fields: Fields, blame: Blame): Fault[] {
	return issues.map((issue) => {
		const missing = valueAt(fields, issue.path) === undefined;
		return blame(missing ? 'FIELD_MISSING' : 'FIELD_INVALID', issue.path, issue.message);
	});
}

/** What depends on several fields; looks at the fields as sent, so that it runs in any case. */
function crossFaults(fields: Fields, blame: Blame): Fault[] {
	const faults: Fault[] = [];
	const action = actionField.safeParse(fields['action'] ?? 'open');
	const opens = action.success && action.data === 'open';
	if (opens && fields['side'] === undefined) {
		faults.push(blame('FIELD_MISSING', ['side'], 'Send "buy" or "sell".'));
	}
	const confidence = readDecimal(fields['confidence']);
	if (confidence !== null && gt(confidence, ZERO)) {
		const scale = scaleField.safeParse(fields['confidence_scale']);
		if (fields['confidence_scale'] === undefined && lte(confidence, ONE)) {
			faults.push(blame('CONFIDENCE_AMBIGUOUS', ['confidence'],
				'It may mean a percentage or a share. Send it as percent, or add "confidence_scale":"unit" (or "percent").'));
		} else if (scale.success && scale.data === 'unit' && gt(confidence, ONE)) {
			faults.push(blame('FIELD_INVALID', ['confidence'],
				'With "confidence_scale":"unit" send a confidence from 0 to 1.'));
		}
	}
	const type = orderTypeField.safeParse(fields['order_type'] ?? 'market');
	if (opens && type.success) faults.push(...priceFaults(type.data, fields, blame));
	return faults;
}

function priceFaults(type: string, fields: Fields, blame: Blame): Fault[] {
	const faults: Fault[] = [];
	if ((type === 'limit' || type === 'stop_limit') && fields['entry'] === undefined) {
		faults.push(blame('FIELD_MISSING', ['entry'], `A ${type} order needs its limit price here.`));
	}
	if ((type === 'stop' || type === 'stop_limit') && fields['trigger'] === undefined) {
		faults.push(blame('FIELD_MISSING', ['trigger'], `A ${type} order needs the price that starts it.`));
	}
	return faults;
}

/** Gives targets without a share equal parts of what the others leave; null: nothing is left. */
function fillShares(sent: readonly SentTarget[]): TakeProfit[] | null {
	const given = add(...sent.flatMap((target) => (target.share === null ? [] : [target.share])));
	const open = sent.filter((target) => target.share === null).length;
	if (gt(given, ONE) || (open > 0 && eq(given, ONE))) return null;
	if (open === 0) return sent.map(({ price, share }) => ({ price, share: share ?? ZERO }));
	const rest = sub(ONE, given);
	const part = roundDown(div(rest, open), SHARE_SCALE);
	let left = open;
	return sent.map(({ price, share }) => {
		if (share !== null) return { price, share };
		left--;
		return { price, share: left === 0 ? sub(rest, mul(part, open - 1)) : part };
	});
}

function contentOf(
	read: NativeFields, format: SignalFormat, source: string, targets: readonly TakeProfit[],
): SignalContent {
	const percent = (value: Decimal): Decimal =>
		read.confidence_scale === 'unit' ? mul(value, HUNDRED) : value;
	return {
		senderId: read.id ?? null,
		source: read.source ?? source,
		format,
		symbol: read.symbol,
		side: read.side ?? null,
		action: read.action ?? 'open',
		class: read.class ?? null,
		confidence: read.confidence === undefined ? null : percent(decimal(read.confidence)),
		orderType: read.order_type ?? 'market',
		entry: read.entry ?? null,
		trigger: read.trigger ?? null,
		stopLoss: read.stop_loss ?? null,
		takeProfits: targets,
		quantity: read.quantity ?? null,
		timeframe: read.timeframe ?? null,
		pattern: read.pattern ?? null,
		members: read.members ?? null,
		note: read.note ?? null,
		createdAt: read.created_at ?? null,
		expiresAt: read.expires_at ?? null,
	};
}

/** Equal for equal content however it was written; the form and the sender's id do not count. */
function hashOf(content: SignalContent): string {
	return sha256(stableJson({ ...content, format: null, senderId: null }));
}

/** Reads one signal. `at` is its place in the body, `source` what stands in for a missing one. */
export function parseSignal(value: unknown, at: readonly PropertyKey[], source: string): Parsed {
	const body = asObject(value);
	if (body === null) {
		const advice = 'Send a JSON object, for example {"symbol":"BTC/USDT","side":"buy"}.';
		return { kind: 'faults', faults: [fieldFault('BODY_NOT_AN_OBJECT', at, value, advice)] };
	}
	const keys = forbiddenKeys(body, at).slice(0, FAULTS_MAX);
	if (keys.length > 0) {
		const faults = keys.map((path) =>
			fieldFault('KEY_FORBIDDEN', path, valueAt(value, path.slice(at.length)), 'This key is not allowed. Leave it out.'));
		return { kind: 'faults', faults };
	}
	const sent = withoutNulls(body);
	const format = isTradingView(sent) ? 'tradingview' : 'native';
	const form: Translation =
		format === 'tradingview' ? fromTradingView(sent, at) : { fields: sent, names: {}, faults: [] };
	const blame: Blame = (code, path, advice) => {
		const [first = '', ...rest] = path;
		const name = form.names[String(first)] ?? first;
		return fieldFault(code, [...at, name, ...rest], valueAt(form.fields, path), advice);
	};
	const read = nativeSchema.safeParse(form.fields);
	const faults = [
		...form.faults,
		...(read.success ? [] : issueFaults(read.error.issues, form.fields, blame)),
		...(form.faults.length > 0 ? [] : crossFaults(form.fields, blame)),
	];
	const targets = read.success ? fillShares(read.data.take_profit ?? []) : [];
	if (targets === null) {
		faults.push(blame('FIELD_INVALID', ['take_profit'], 'Send shares that add up to 1 at most.'));
	}
	if (!read.success || targets === null || faults.length > 0) {
		return { kind: 'faults', faults: faults.slice(0, FAULTS_MAX) };
	}
	const content = contentOf(read.data, format, source, targets);
	return { kind: 'content', content, contentHash: hashOf(content) };
}
