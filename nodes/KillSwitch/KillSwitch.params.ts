import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import {
	memberActor, SCOPES, STOP_STATES, TIERS,
	type Acting, type Core, type Scope, type StopState, type Trip,
} from '../../core';
import { nodeActor } from '../shared/actor';
import { memberIdOf, readMember } from '../shared/listSearch';
import { runKind, type RunKind } from '../shared/manualRun';
import {
	readAccount, readFilterId, readId, readNumber, readOption, readRequiredText, readText, readWord, readWords,
} from '../shared/params';

type AccountId = `acc_${string}`;
type MemberId = `mbr_${string}`;

/** What a stop is about. */
export interface Target {
	readonly scope: Scope;
	readonly scopeId: string | null;
	readonly symbol: string | null;
}

/** What one item asks of the node. */
export type KillSwitchCommand =
	| (Target & Acting & {
			readonly kind: 'trip';
			readonly state: StopState;
			readonly reason: string;
			readonly phrase: string;
			readonly run: RunKind;
	  })
	| (Target & {
			readonly kind: 'stopLinks';
			readonly memberId: MemberId;
			readonly states: readonly StopState[];
			readonly reason: string;
			readonly validForSeconds: number | null;
			readonly webhookUrl: string;
			readonly actor: string;
	  })
	| { readonly kind: 'status'; readonly tripId: Trip['id'] | null; readonly accountId: AccountId | null }
	| { readonly kind: 'drill'; readonly actor: string }
	| { readonly kind: 'drillReports'; readonly limit: number }
	| (Acting & {
			readonly kind: 'releaseAccount';
			readonly tripId: Trip['id'];
			readonly accountId: AccountId;
			readonly phrase: string;
			readonly reason: string;
	  })
	| (Acting & { readonly kind: 'requestRearm'; readonly tripId: Trip['id']; readonly reason: string })
	| (Acting & {
			readonly kind: 'confirm';
			readonly id: `cnf_${string}`;
			readonly phrase: string;
			readonly run: RunKind;
	  });

const OPERATIONS = [
	'confirm', 'drill', 'drillReports', 'releaseAccount', 'requestRearm', 'status', 'stopLinks', 'trip',
] as const;
/** Drills that a list shows. */
const LISTED = { fallback: 50, min: 1, max: 1_000 };
const SECONDS_OF_HOUR = 3_600;
/** A week, as the policy has it. */
const VALID_HOURS_MAX = 168;

/** The member who acts; null for the operator. @throws NodeOperationError when there is none */
async function readActing(ctx: IExecuteFunctions, core: Core, item: number): Promise<Acting> {
	const given = readOption(ctx, 'onBehalfOf', item);
	const name = typeof given === 'string' ? given.trim() : '';
	if (name === '') return { by: null, actor: nodeActor(ctx) };
	const by = await memberIdOf(ctx, core, name, item);
	return { by, actor: memberActor(by) };
}

async function readTarget(ctx: IExecuteFunctions, core: Core, item: number): Promise<Target> {
	const scope = readWord(ctx, 'scope', item, SCOPES);
	const symbol = (): string => readRequiredText(ctx, 'symbol', 'Symbol', item);
	switch (scope) {
		case 'global':
			return { scope, scopeId: null, symbol: null };
		case 'tier':
			return { scope, scopeId: readWord(ctx, 'tier', item, TIERS), symbol: null };
		case 'member':
			return { scope, scopeId: await memberIdOf(ctx, core, readMember(ctx, item), item), symbol: null };
		case 'account':
			return { scope, scopeId: readAccount(ctx, item), symbol: null };
		case 'symbol':
			return { scope, scopeId: null, symbol: symbol() };
		case 'account_symbol':
			return { scope, scopeId: readAccount(ctx, item), symbol: symbol() };
	}
}

/** On whose behalf links stop: who is named, else whom the scope belongs to. */
async function ownerOf(
	ctx: IExecuteFunctions,
	core: Core,
	item: number,
	{ scope, scopeId }: Target,
): Promise<MemberId> {
	const { by } = await readActing(ctx, core, item);
	if (by !== null) return by;
	if (scope === 'member' && scopeId !== null) return memberIdOf(ctx, core, scopeId, item);
	const account = scopeId?.startsWith('acc_') === true ? scopeId : null;
	if (account !== null) {
		const found = await core.members.account(`acc_${account.slice('acc_'.length)}`);
		if (found !== null) return found.memberId;
	}
	throw new NodeOperationError(ctx.getNode(), 'Links for this scope need a member with the right to stop it.', {
		itemIndex: item,
		description: 'Name one in the option "On Behalf Of", for example operator.',
	});
}

/** Null leaves it to the policy. @throws NodeOperationError */
function readValidHours(ctx: IExecuteFunctions, item: number): number | null {
	const given = readOption(ctx, 'validHours', item);
	if (given === undefined) return null;
	const hours = Number(given);
	if (hours >= 1 && hours <= VALID_HOURS_MAX) return hours;
	const message = `"Valid for Hours" must be a number from 1 to ${VALID_HOURS_MAX}, and was ${JSON.stringify(given)}.`;
	throw new NodeOperationError(ctx.getNode(), message, { itemIndex: item });
}

/** '' takes this n8n's own address. @throws NodeOperationError for what no browser would open */
function readWebhookUrl(ctx: IExecuteFunctions, item: number): string {
	const given = readOption(ctx, 'webhookUrl', item);
	const url = typeof given === 'string' ? given.trim() : '';
	if (url === '' || /^https?:\/\/[^/]/i.test(url)) return url;
	throw new NodeOperationError(ctx.getNode(), `"Webhook URL": "${url}" is not an address that begins with https:// or http://.`, {
		itemIndex: item,
		description: 'Give one such as https://n8n.example.org/webhook, or leave it empty for the address of this n8n.',
	});
}

async function readStopLinks(ctx: IExecuteFunctions, core: Core, item: number): Promise<KillSwitchCommand> {
	const target = await readTarget(ctx, core, item);
	const hours = readValidHours(ctx, item);
	const webhookUrl = readWebhookUrl(ctx, item);
	const states = readWords(ctx, 'states', item, STOP_STATES);
	if (states.length === 0) {
		throw new NodeOperationError(ctx.getNode(), '"States" is empty: choose at least one.', { itemIndex: item });
	}
	return {
		...target,
		kind: 'stopLinks',
		memberId: await ownerOf(ctx, core, item, target),
		states,
		reason: readRequiredText(ctx, 'reason', 'Reason', item),
		validForSeconds: hours === null ? null : hours * SECONDS_OF_HOUR,
		webhookUrl,
		actor: nodeActor(ctx),
	};
}

export async function readParams(
	ctx: IExecuteFunctions,
	core: Core,
	item: number,
): Promise<KillSwitchCommand> {
	const operation = readWord(ctx, 'operation', item, OPERATIONS);
	switch (operation) {
		case 'trip': {
			const phrase = readOption(ctx, 'phrase', item);
			return {
				...(await readTarget(ctx, core, item)),
				...(await readActing(ctx, core, item)),
				kind: 'trip',
				state: readWord(ctx, 'state', item, STOP_STATES),
				reason: readRequiredText(ctx, 'reason', 'Reason', item),
				phrase: typeof phrase === 'string' ? phrase : '',
				run: runKind(ctx, item),
			};
		}
		case 'stopLinks':
			return readStopLinks(ctx, core, item);
		case 'status':
			return {
				kind: 'status',
				tripId: readFilterId(ctx, 'tripFilter', item, 'trp'),
				accountId: readFilterId(ctx, 'accountFilter', item, 'acc'),
			};
		case 'drill':
			return { kind: 'drill', actor: nodeActor(ctx) };
		case 'drillReports':
			return { kind: 'drillReports', limit: readNumber(ctx, 'limit', item, LISTED) };
		case 'releaseAccount':
			return {
				...(await readActing(ctx, core, item)),
				kind: 'releaseAccount',
				tripId: readId(ctx, 'tripId', 'trip_id', item, 'trp'),
				accountId: readAccount(ctx, item),
				phrase: readText(ctx, 'releasePhrase', item),
				reason: readRequiredText(ctx, 'reason', 'Reason', item),
			};
		case 'requestRearm':
			return {
				...(await readActing(ctx, core, item)),
				kind: 'requestRearm',
				tripId: readId(ctx, 'tripId', 'trip_id', item, 'trp'),
				reason: readRequiredText(ctx, 'reason', 'Reason', item),
			};
		case 'confirm':
			return {
				...(await readActing(ctx, core, item)),
				kind: 'confirm',
				id: readId(ctx, 'confirmationId', 'confirmation_id', item, 'cnf'),
				phrase: readText(ctx, 'phrase', item),
				run: runKind(ctx, item),
			};
	}
}
