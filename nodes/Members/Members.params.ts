import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { asRecord, messageOf, type MemberInput, type Signal, type SubscriptionInput } from '../../core';
import { nodeActor } from '../shared/actor';
import { readMember } from '../shared/listSearch';
import { readAccountParams, type AccountCommand } from './Members.accounts.params';
import { readBehaviour, type BehaviourCommand } from './Members.behaviour.params';
import { readPaperAccount } from './Members.paper.params';
import { readId, readNumber, readRequiredText, readWord } from '../shared/params';

type Addresses = Pick<MemberInput, 'email' | 'telegramChatId' | 'channels'>;

/** What one item asks of the node. */
export type MembersCommand =
	| { readonly kind: 'eligible'; readonly signalId: Signal['id'] }
	| AccountCommand
	| BehaviourCommand
	| { readonly kind: 'get'; readonly member: string; readonly itemIndex: number }
	| { readonly kind: 'list'; readonly limit: number; readonly offset: number; readonly drills: boolean }
	| { readonly kind: 'upsert'; readonly input: MemberInput }
	| {
			readonly kind: 'addresses';
			readonly member: string;
			readonly addresses: Addresses;
			readonly actor: string;
			readonly itemIndex: number;
	  }
	| {
			readonly kind: 'subscribe';
			readonly member: string;
			readonly subscription: SubscriptionInput;
			readonly itemIndex: number;
	  };

const CHANNELS = ['email', 'push', 'telegram'] as const;

function collection(ctx: IExecuteFunctions, name: string, itemIndex: number): IDataObject {
	const value: unknown = ctx.getNodeParameter(name, itemIndex, {});
	return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** An address given as empty is removed; an address or a switch not given stays. */
function readAddresses(ctx: IExecuteFunctions, itemIndex: number): Addresses {
	const given = collection(ctx, 'addresses', itemIndex);
	const address = (name: string): string | null => String(given[name] ?? '').trim() || null;
	const switches = collection(ctx, 'channels', itemIndex);
	const on = CHANNELS.filter((name) => name in switches).map((name) => [name, switches[name] === true]);
	return {
		...(on.length === 0 ? {} : { channels: Object.fromEntries(on) }),
		...('email' in given ? { email: address('email') } : {}),
		...('telegramChatId' in given ? { telegramChatId: address('telegramChatId') } : {}),
	};
}

const FIELDS = ['displayName', 'zone', 'tier', 'fireMode', 'autoSlots'] as const;

/** The values are checked as a whole by the core, which names every fault. */
function readUpsert(ctx: IExecuteFunctions, itemIndex: number): MemberInput {
	const given = collection(ctx, 'fields', itemIndex);
	const fields = Object.fromEntries(
		FIELDS.filter((name) => given[name] !== undefined && given[name] !== '').map((name) => [
			name,
			given[name],
		]),
	);
	const paperAccount = readPaperAccount(ctx, itemIndex);
	return {
		...fields,
		handle: readRequiredText(ctx, 'handle', 'Handle', itemIndex),
		...readAddresses(ctx, itemIndex),
		...(paperAccount === null ? {} : { paperAccount }),
		actor: nodeActor(ctx),
	};
}

function parseJson(ctx: IExecuteFunctions, text: string, itemIndex: number): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		const message = `"Subscription" is not JSON: ${messageOf(error)}`;
		throw new NodeOperationError(ctx.getNode(), message, { itemIndex });
	}
}

function readSubscription(ctx: IExecuteFunctions, itemIndex: number): SubscriptionInput {
	const value: unknown = ctx.getNodeParameter('subscription', itemIndex);
	const given = asRecord(typeof value === 'string' ? parseJson(ctx, value, itemIndex) : value);
	const keys = asRecord(given?.['keys']);
	const text = (field: unknown): string => (typeof field === 'string' ? field : '');
	return {
		endpoint: text(given?.['endpoint']),
		keys: { p256dh: text(keys?.['p256dh']), auth: text(keys?.['auth']) },
	};
}

const MEMBER_OPERATIONS = [
	'get', 'getAll', 'upsert', 'setAddresses', 'addPushSubscription', 'behaviour', 'selfLockOut',
] as const;

export async function readParams(
	ctx: IExecuteFunctions,
	itemIndex: number,
): Promise<MembersCommand> {
	const resource = readWord(ctx, 'resource', itemIndex, ['signal', 'account', 'member']);
	if (resource === 'signal') {
		return { kind: 'eligible', signalId: readId(ctx, 'signalId', 'signal_id', itemIndex, 'sig') };
	}
	if (resource === 'account') return readAccountParams(ctx, itemIndex);
	const member = (): { member: string; itemIndex: number } => ({
		member: readMember(ctx, itemIndex),
		itemIndex,
	});
	const operation = readWord(ctx, 'operation', itemIndex, MEMBER_OPERATIONS);
	switch (operation) {
		case 'get':
			return { kind: 'get', ...member() };
		case 'getAll':
			return {
				kind: 'list',
				limit: readNumber(ctx, 'limit', itemIndex, { fallback: 50, min: 1, max: 500 }),
				offset: readNumber(ctx, 'offset', itemIndex, { fallback: 0, min: 0, max: 1_000_000 }),
				drills: collection(ctx, 'options', itemIndex)['includeFireDrills'] === true,
			};
		case 'upsert':
			return { kind: 'upsert', input: readUpsert(ctx, itemIndex) };
		case 'setAddresses':
			return {
				kind: 'addresses',
				...member(),
				addresses: readAddresses(ctx, itemIndex),
				actor: nodeActor(ctx),
			};
		case 'addPushSubscription':
			return { kind: 'subscribe', ...member(), subscription: readSubscription(ctx, itemIndex) };
		case 'behaviour':
		case 'selfLockOut':
			return readBehaviour(ctx, operation, itemIndex);
	}
}
