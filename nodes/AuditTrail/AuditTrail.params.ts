import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import {
	asRecord, EXPORT_FORMATS, isId, RETENTION_DAYS, timeInZone,
	type Account, type AuditFilter, type ChainHead, type ExportFormat,
} from '../../core';
import { nodeActor } from '../shared/actor';
import {
	readAccount, readFilterId, readNumber, readOption, readRequiredText, readText, readWord,
} from '../shared/params';

/** Rows that "Return All" gives at most: more are for Export. */
export const ALL_MAX = 50_000;

/** A filter as the operator fills it in: the member by handle or id. */
export type FilterWish = Omit<AuditFilter, 'memberId'> & { readonly member: string | null };

/** What one item asks of the node. */
export type AuditCommand =
	| {
			readonly kind: 'query';
			readonly filter: FilterWish;
			readonly order: 'newest' | 'oldest';
			readonly after: number | null;
			readonly limit: number;
			/** More than `limit` is an error, not a page. */
			readonly all: boolean;
			readonly waiting: boolean;
			readonly itemIndex: number;
	  }
	| {
			readonly kind: 'verify';
			readonly from: number | null;
			readonly through: number | null;
			readonly known: readonly ChainHead[];
			readonly failWhenBroken: boolean;
			readonly itemIndex: number;
	  }
	| {
			readonly kind: 'export';
			readonly format: ExportFormat;
			readonly filter: FilterWish;
			readonly first: number | null;
			readonly last: number | null;
			readonly field: string;
			readonly actor: string;
			readonly itemIndex: number;
	  }
	| { readonly kind: 'retention' }
	| { readonly kind: 'deleteExpired'; readonly days: number; readonly reason: string; readonly actor: string }
	| { readonly kind: 'getToday'; readonly accountId: Account['id']; readonly itemIndex: number }
	| { readonly kind: 'getDays'; readonly accountId: Account['id'] | null; readonly limit: number };

/** Fields of the collection `filters`, trimmed; only what was filled in. */
function filterTexts(ctx: IExecuteFunctions, itemIndex: number): ReadonlyMap<string, string> {
	const given = asRecord(ctx.getNodeParameter('filters', itemIndex, {})) ?? {};
	const texts = new Map<string, string>();
	for (const [name, value] of Object.entries(given)) {
		const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
		if (text !== '') texts.set(name, text);
	}
	return texts;
}

function moment(ctx: IExecuteFunctions, label: string, text: string, itemIndex: number): number {
	const at = timeInZone(text, ctx.getTimezone());
	if (at !== null) return at;
	throw new NodeOperationError(ctx.getNode(), `"${label}": "${text}" is not a time.`, {
		itemIndex,
		description: 'Times look like 2026-11-20T10:00:00Z.',
	});
}

function readFilter(ctx: IExecuteFunctions, itemIndex: number): FilterWish {
	const texts = filterTexts(ctx, itemIndex);
	const plain = (name: string, as: string) => {
		const text = texts.get(name);
		return text === undefined ? {} : { [as]: text };
	};
	const time = (name: 'from' | 'until', label: string) => {
		const text = texts.get(name);
		return text === undefined ? {} : { [name]: moment(ctx, label, text, itemIndex) };
	};
	const account = texts.get('accountId');
	if (account !== undefined && !isId('acc', account)) {
		throw new NodeOperationError(ctx.getNode(), `"Account ID": "${account}" is not an account id.`, {
			itemIndex,
			description: 'Ids look like acc_…. Leave the field out to see all accounts.',
		});
	}
	return {
		member: texts.get('member') ?? null,
		...(account === undefined ? {} : { accountId: account }),
		...plain('action', 'action'),
		...plain('actor', 'actor'),
		...plain('signalId', 'correlationId'),
		...plain('subjectId', 'subjectId'),
		...time('from', 'From'),
		...time('until', 'Until'),
	};
}

/** 0 leaves the bound open. */
function readBound(ctx: IExecuteFunctions, name: string, itemIndex: number): number | null {
	const bound = readNumber(ctx, name, itemIndex, { fallback: 0, min: 0, max: Number.MAX_SAFE_INTEGER });
	return bound === 0 ? null : Math.floor(bound);
}

/** First and last number of the rows that are meant. @throws NodeOperationError when no row can be */
function readRange(ctx: IExecuteFunctions, itemIndex: number): { first: number | null; last: number | null } {
	const [first, last] = [readBound(ctx, 'firstNumber', itemIndex), readBound(ctx, 'lastNumber', itemIndex)];
	if (first === null || last === null || first <= last) return { first, last };
	throw new NodeOperationError(ctx.getNode(), `"First Number" is ${first}, and "Last Number" before it: ${last}.`, {
		itemIndex,
		description: 'Give the smaller one as the first. 0 leaves a bound open.',
	});
}

const CHECKPOINT = /^(\d{1,15})\s*[:\s]\s*([0-9a-f]{64})$/i;

function readKnown(ctx: IExecuteFunctions, itemIndex: number): ChainHead[] {
	const lines = readText(ctx, 'known', itemIndex).split(/[\n,]/).map((line) => line.trim());
	return lines.filter((line) => line !== '').map((line) => {
		const [, number, hash] = CHECKPOINT.exec(line) ?? [];
		if (number === undefined || hash === undefined) {
			throw new NodeOperationError(ctx.getNode(), `"Known Checkpoints": "${line}" is not a number and a hash.`, {
				itemIndex,
				description: 'Each line is a number, a colon and 64 hexadecimal digits.',
			});
		}
		return { chainSeq: Number(number), hash: hash.toLowerCase() };
	});
}

function readQuery(ctx: IExecuteFunctions, itemIndex: number): AuditCommand {
	const all = ctx.getNodeParameter('returnAll', itemIndex, false) === true;
	const after = Number(readOption(ctx, 'after', itemIndex) ?? 0);
	return {
		kind: 'query',
		filter: readFilter(ctx, itemIndex),
		order: readOption(ctx, 'order', itemIndex) === 'oldest' ? 'oldest' : 'newest',
		after: Number.isFinite(after) && after > 0 ? after : null,
		limit: all ? ALL_MAX : readNumber(ctx, 'limit', itemIndex, { fallback: 50, min: 1, max: 1_000 }),
		all,
		waiting: readOption(ctx, 'includeUnsealed', itemIndex) !== false,
		itemIndex,
	};
}

const TRAIL = ['deleteExpired', 'export', 'query', 'retention', 'verify'] as const;

function readTrail(ctx: IExecuteFunctions, itemIndex: number): AuditCommand {
	switch (readWord(ctx, 'operation', itemIndex, TRAIL)) {
		case 'query':
			return readQuery(ctx, itemIndex);
		case 'verify': {
			const { first, last } = readRange(ctx, itemIndex);
			return {
				kind: 'verify',
				from: first,
				through: last,
				known: readKnown(ctx, itemIndex),
				failWhenBroken: readOption(ctx, 'failWhenBroken', itemIndex) === true,
				itemIndex,
			};
		}
		case 'export':
			return {
				kind: 'export',
				format: readWord(ctx, 'format', itemIndex, EXPORT_FORMATS),
				filter: readFilter(ctx, itemIndex),
				...readRange(ctx, itemIndex),
				field: readRequiredText(ctx, 'binaryPropertyName', 'Put Output File in Field', itemIndex),
				actor: nodeActor(ctx),
				itemIndex,
			};
		case 'retention':
			return { kind: 'retention' };
		case 'deleteExpired':
			return {
				kind: 'deleteExpired',
				days: readNumber(ctx, 'keepDays', itemIndex, { fallback: RETENTION_DAYS, min: RETENTION_DAYS, max: 36_500 }),
				reason: readRequiredText(ctx, 'reason', 'Reason', itemIndex),
				actor: nodeActor(ctx),
			};
	}
}

export function readParams(ctx: IExecuteFunctions, itemIndex: number): AuditCommand {
	const resource = readWord(ctx, 'resource', itemIndex, ['trail', 'compliance']);
	if (resource === 'trail') return readTrail(ctx, itemIndex);
	if (readWord(ctx, 'operation', itemIndex, ['getToday', 'getDays']) === 'getToday') {
		return { kind: 'getToday', accountId: readAccount(ctx, itemIndex), itemIndex };
	}
	return {
		kind: 'getDays',
		accountId: readFilterId(ctx, 'accountFilter', itemIndex, 'acc'),
		limit: readNumber(ctx, 'limit', itemIndex, { fallback: 50, min: 1, max: 1_000 }),
	};
}
