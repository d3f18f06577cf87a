import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import { asRecord, isId, type IdPrefix } from '../../core';

/** The part of n8n's contexts from which parameters are read. */
export interface ParameterSource {
	getNode(): INode;
	getNodeParameter(name: string, itemIndex: number, fallback?: unknown): unknown;
}

/** A context that also has the incoming items. */
export interface ItemSource extends ParameterSource {
	getInputData(): readonly INodeExecutionData[];
}

const KINDS: Readonly<Partial<Record<IdPrefix, string>>> = {
	sig: 'a signal id',
	acc: 'an account id',
	vrd: 'a verdict id',
	tkt: 'a ticket id',
	ord: 'an order id',
	evt: 'an event id',
	iss: 'an issue id',
	trp: 'a trip id',
	cnf: 'a confirmation id',
};

/** Names in the editor that do not follow from the name of the parameter. */
const LABELS: Readonly<Record<string, string>> = { accountFilter: 'Account ID', issueState: 'State', tripFilter: 'Trip ID' };

/** The name of a parameter as the editor shows it: `signalId` is "Signal ID". */
function labelOf(name: string): string {
	const words = name.replace(/([A-Z])/g, ' $1').replace(/\bId\b/, 'ID');
	return LABELS[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** Text, trimmed; '' when absent or null. */
export function readText(ctx: ParameterSource, name: string, itemIndex: number): string {
	const value = ctx.getNodeParameter(name, itemIndex, '');
	if (typeof value === 'string') return value.trim();
	return typeof value === 'number' ? String(value) : '';
}

/** Text, or null when empty. */
export function readOptionalText(
	ctx: ParameterSource,
	name: string,
	itemIndex: number,
): string | null {
	const text = readText(ctx, name, itemIndex);
	return text === '' ? null : text;
}

/** Text that must be there. @throws NodeOperationError naming the field */
export function readRequiredText(
	ctx: ParameterSource,
	name: string,
	label: string,
	itemIndex: number,
): string {
	const text = readText(ctx, name, itemIndex);
	if (text !== '') return text;
	throw new NodeOperationError(ctx.getNode(), `"${label}" is empty.`, {
		itemIndex,
		description: `Fill in "${label}". If it is an expression, look at what it finds in the item.`,
	});
}

/** A number of the stated range. @throws NodeOperationError naming the field */
export function readNumber(
	ctx: ParameterSource,
	name: string,
	itemIndex: number,
	{ fallback, min, max }: { fallback: number; min: number; max: number },
): number {
	const given = ctx.getNodeParameter(name, itemIndex, fallback);
	const value = Number(given);
	if (Number.isFinite(value) && value >= min && value <= max) return value;
	const found = typeof given === 'number' ? String(given) : JSON.stringify(given);
	throw new NodeOperationError(
		ctx.getNode(),
		`"${labelOf(name)}" must be a number from ${min} to ${max}, and was ${found}.`,
		{ itemIndex },
	);
}

/** One of the words a parameter may hold. @throws NodeOperationError */
export function readWord<const W extends string>(
	ctx: ParameterSource,
	name: string,
	itemIndex: number,
	words: readonly W[],
): W {
	const value = ctx.getNodeParameter(name, itemIndex);
	const word = words.find((candidate) => candidate === value);
	if (word !== undefined) return word;
	throw new NodeOperationError(
		ctx.getNode(),
		`"${labelOf(name)}" must be one of ${words.join(', ')}, and was "${String(value)}".`,
		{ itemIndex },
	);
}

/** Words chosen in a multi-select; unknown ones are left out. */
export function readWords<const W extends string>(
	ctx: ParameterSource,
	name: string,
	itemIndex: number,
	words: readonly W[],
): W[] {
	const value = ctx.getNodeParameter(name, itemIndex, []);
	const chosen = Array.isArray(value) ? value : [];
	return words.filter((word) => chosen.includes(word));
}

/** What the item says under this name; undefined when it says nothing. */
export function fieldOf(ctx: ItemSource, field: string, itemIndex: number): unknown {
	return ctx.getInputData()[itemIndex]?.json[field];
}

/**
 * An id of the stated kind: the parameter, or where that is empty the field of the item.
 * @throws NodeOperationError when it is none
 */
export function readId<P extends IdPrefix>(
	ctx: ItemSource,
	name: string,
	field: string,
	itemIndex: number,
	prefix: P,
): `${P}_${string}` {
	const given = readText(ctx, name, itemIndex);
	const value = given === '' ? fieldOf(ctx, field, itemIndex) : given;
	if (isId(prefix, value)) return value;
	const kind = KINDS[prefix] ?? 'an id';
	const label = labelOf(name);
	const nothing = value === undefined || value === null || value === '';
	throw new NodeOperationError(
		ctx.getNode(),
		nothing
			? `"${label}" is empty, and the item brings no ${field}.`
			: `"${label}": "${String(value)}" is not ${kind}.`,
		{
			itemIndex,
			description: `Ids look like ${prefix}_… and come in the items of Firecontrol nodes. Connect the node that makes it, or give ${kind} in "${label}".`,
		},
	);
}

/**
 * The account chosen in a locator, or where that is empty the one of the item.
 * @throws NodeOperationError when it is none
 */
export function readAccount(ctx: ItemSource, itemIndex: number): `acc_${string}` {
	const chosen = asRecord(ctx.getNodeParameter('account', itemIndex, ''));
	const given = chosen === null ? readText(ctx, 'account', itemIndex) : String(chosen['value'] ?? '').trim();
	const value = given === '' ? fieldOf(ctx, 'account_id', itemIndex) : given;
	if (isId('acc', value)) return value;
	const nothing = value === undefined || value === null || value === '';
	throw new NodeOperationError(
		ctx.getNode(),
		nothing
			? '"Account" is empty, and the item brings no account_id.'
			: `"Account": "${String(value)}" is not an account id.`,
		{ itemIndex, description: 'Choose an account, or give an id such as acc_….' },
	);
}

/** The same, or null where the item itself says null; an item that says nothing is an error. */
export function readNullableId<P extends IdPrefix>(
	ctx: ItemSource,
	name: string,
	field: string,
	itemIndex: number,
	prefix: P,
): `${P}_${string}` | null {
	const said = readText(ctx, name, itemIndex) !== '' || fieldOf(ctx, field, itemIndex) !== null;
	return said ? readId(ctx, name, field, itemIndex, prefix) : null;
}

/** An id of the stated kind from the parameter alone, or null when that is empty. */
export function readFilterId<P extends IdPrefix>(
	ctx: ParameterSource,
	name: string,
	itemIndex: number,
	prefix: P,
): `${P}_${string}` | null {
	const text = readText(ctx, name, itemIndex);
	if (text === '') return null;
	if (isId(prefix, text)) return text;
	throw new NodeOperationError(
		ctx.getNode(),
		`"${labelOf(name)}": "${text}" is not ${KINDS[prefix] ?? 'an id'}.`,
		{ itemIndex, description: `Ids look like ${prefix}_…. Leave the field empty to see all.` },
	);
}

/** What a locator holds, or where that is empty what the item says under `field`; '' when neither does. */
export function readLocated(
	ctx: IExecuteFunctions,
	name: string,
	field: string,
	itemIndex: number,
): string {
	const chosen = ctx.getNodeParameter(name, itemIndex, '', { extractValue: true });
	const text = typeof chosen === 'string' ? chosen.trim() : '';
	if (text !== '') return text;
	const brought = fieldOf(ctx, field, itemIndex);
	return typeof brought === 'string' ? brought.trim() : '';
}

/** All incoming items, for what takes them as one list. */
export function readAllItems(ctx: ItemSource): readonly IDataObject[] {
	return ctx.getInputData().map(({ json }) => json);
}

/** One switch of an options collection; off when not set. */
export function readOption(ctx: ParameterSource, name: string, itemIndex: number): unknown {
	const options = ctx.getNodeParameter('options', itemIndex, {});
	if (typeof options !== 'object' || options === null) return undefined;
	return Object.hasOwn(options, name) ? Reflect.get(options, name) : undefined;
}
