import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import {
	DAY, isId, MINUTE, NEWS_IMPACTS, readCurrencies, timeInZone, type Core, type NewsEvent, type RefreshCommand,
} from '../../core';
import { nodeActor } from '../shared/actor';
import { readAllItems, readLocated, readNumber, readRequiredText, readText, readWord } from '../shared/params';

type WindowInput = Parameters<Core['news']['addWindow']>[0];
type NewsFilter = Parameters<Core['news']['list']>[0];

/** What one item asks of the node. */
export type NewsCommand =
	| { readonly operation: 'refresh'; readonly command: RefreshCommand }
	| { readonly operation: 'nothing' }
	| { readonly operation: 'addWindow'; readonly window: WindowInput }
	| { readonly operation: 'removeWindow'; readonly id: NewsEvent['id']; readonly actor: string }
	| { readonly operation: 'removeSource'; readonly name: string; readonly actor: string }
	| { readonly operation: 'list'; readonly filter: Omit<NewsFilter, 'from' | 'until'>; readonly from: number | null; readonly until: number | null }
	| { readonly operation: 'listSources' }
	| { readonly operation: 'isLocked'; readonly symbol: string };

const OPERATIONS = [
	'addWindow', 'isLocked', 'list', 'listSources', 'refresh', 'removeSource', 'removeWindow',
] as const;
const SOURCES = ['forexFactory', 'ics', 'items'] as const;

function fault(ctx: IExecuteFunctions, itemIndex: number, message: string, description: string): NodeOperationError {
	return new NodeOperationError(ctx.getNode(), message, { itemIndex, description });
}

/** A field of a collection, as text; '' when it is not set. */
function collected(ctx: IExecuteFunctions, collection: string, name: string, itemIndex: number): string {
	return readText(ctx, `${collection}.${name}`, itemIndex);
}

/** Currency codes; none when empty. */
function currenciesOf(ctx: IExecuteFunctions, text: string, itemIndex: number): readonly string[] {
	if (text === '') return [];
	const codes = readCurrencies(text);
	if (codes !== null) return codes;
	throw fault(ctx, itemIndex, `"${text}" are no currency codes.`, 'Write codes such as USD, EUR, or leave the field empty.');
}

/** A time in the workflow's zone, or with an offset of its own; null when empty. */
function timeOf(ctx: IExecuteFunctions, name: string, label: string, itemIndex: number): number | null {
	const given = ctx.getNodeParameter(name, itemIndex, '');
	const text = typeof given === 'object' && given !== null ? String(given) : String(given ?? '').trim();
	if (text === '') return null;
	const time = timeInZone(text.replace(' ', 'T'), ctx.getTimezone());
	if (time !== null) return time;
	throw fault(ctx, itemIndex, `"${label}" is no time: "${text}".`, 'Write date and time, such as 2026-11-20T14:30:00, in the time zone of the workflow, or with an offset.');
}

function requiredTime(ctx: IExecuteFunctions, name: string, label: string, itemIndex: number): number {
	const time = timeOf(ctx, name, label, itemIndex);
	if (time !== null) return time;
	throw fault(ctx, itemIndex, `"${label}" is empty.`, 'Say from when until when the window is open.');
}

function refreshOf(ctx: IExecuteFunctions, itemIndex: number): NewsCommand {
	const source = readWord(ctx, 'source', itemIndex, SOURCES);
	const option = (name: string): string => collected(ctx, 'options', name, itemIndex);
	const text = (name: string): string | null => (option(name) === '' ? null : option(name));
	const named = { name: text('name'), zone: text('timeZone'), actor: nodeActor(ctx) };
	if (source === 'items') {
		// All items are one list: the first speaks for all of them.
		if (itemIndex > 0) return { operation: 'nothing' };
		const rows = readAllItems(ctx);
		const zone = named.zone ?? ctx.getTimezone();
		return { operation: 'refresh', command: { ...named, zone, kind: 'items', rows } };
	}
	const url = readRequiredText(ctx, 'url', 'URL', itemIndex);
	if (source === 'forexFactory') return { operation: 'refresh', command: { ...named, kind: 'forex_factory', url } };
	const impact = option('impact') === '' ? 'HIGH' : readWord(ctx, 'options.impact', itemIndex, NEWS_IMPACTS);
	const currencies = currenciesOf(ctx, option('currencies'), itemIndex);
	return { operation: 'refresh', command: { ...named, kind: 'ics', url, impact, currencies } };
}

function windowOf(ctx: IExecuteFunctions, itemIndex: number): WindowInput {
	return {
		title: readRequiredText(ctx, 'title', 'Title', itemIndex),
		currencies: currenciesOf(ctx, readText(ctx, 'currencies', itemIndex), itemIndex),
		impact: readWord(ctx, 'impact', itemIndex, ['HIGH', 'MEDIUM']),
		from: requiredTime(ctx, 'from', 'From', itemIndex),
		until: requiredTime(ctx, 'until', 'Until', itemIndex),
		actor: nodeActor(ctx),
	};
}

function windowId(ctx: IExecuteFunctions, itemIndex: number): NewsEvent['id'] {
	const id = readLocated(ctx, 'window', 'event_id', itemIndex);
	if (isId('nws', id)) return id;
	throw fault(
		ctx, itemIndex,
		id === '' ? 'No window is chosen, and the item brings no event_id.' : `"${id}" is not a window id.`,
		'Choose one from the list, or connect Add Window or List. Ids look like nws_….',
	);
}

function listOf(ctx: IExecuteFunctions, itemIndex: number): NewsCommand {
	const impacts = ctx.getNodeParameter('filters.impacts', itemIndex, []);
	const codes = currenciesOf(ctx, collected(ctx, 'filters', 'currencies', itemIndex), itemIndex);
	return {
		operation: 'list',
		from: timeOf(ctx, 'filters.from', 'From', itemIndex),
		until: timeOf(ctx, 'filters.until', 'Until', itemIndex),
		filter: {
			limit: readNumber(ctx, 'limit', itemIndex, { fallback: 50, min: 1, max: 1000 }),
			currencies: codes,
			impacts: NEWS_IMPACTS.filter((impact) => Array.isArray(impacts) && impacts.includes(impact)),
		},
	};
}

function symbolOf(ctx: IExecuteFunctions, itemIndex: number): string {
	const symbol = readLocated(ctx, 'symbol', 'symbol', itemIndex);
	if (symbol !== '') return symbol;
	throw fault(ctx, itemIndex, '"Symbol" is empty, and the item brings no symbol.', 'Write one such as BTC/USDT.');
}

/** Times that filters leave open: what may still lock, and a week ahead. */
export const OPEN_FILTER = { backMs: 30 * MINUTE, aheadMs: 7 * DAY } as const;

export function readParams(ctx: IExecuteFunctions, itemIndex: number): NewsCommand {
	const operation = readWord(ctx, 'operation', itemIndex, OPERATIONS);
	switch (operation) {
		case 'refresh':
			return refreshOf(ctx, itemIndex);
		case 'addWindow':
			return { operation, window: windowOf(ctx, itemIndex) };
		case 'removeWindow':
			return { operation, id: windowId(ctx, itemIndex), actor: nodeActor(ctx) };
		case 'removeSource': {
			const name = readLocated(ctx, 'calendar', 'source', itemIndex);
			if (name !== '') return { operation, name, actor: nodeActor(ctx) };
			throw fault(ctx, itemIndex, 'No calendar is chosen.', 'Choose one from the list, or give its name.');
		}
		case 'list':
			return listOf(ctx, itemIndex);
		case 'listSources':
			return { operation };
		case 'isLocked':
			return { operation, symbol: symbolOf(ctx, itemIndex) };
	}
}
