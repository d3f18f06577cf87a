import type { INodeProperties } from 'n8n-workflow';

interface IdField {
	readonly name: string;
	readonly displayName: string;
	/** The field of the incoming item that holds it. */
	readonly field: string;
	readonly description: string;
	readonly show?: Readonly<Record<string, string[]>>;
	readonly hide?: Readonly<Record<string, string[]>>;
}

/**
 * A field for an id. Left empty it is taken from the incoming item, and that without an expression:
 * the first one of an execution makes n8n start an isolate, which costs more than the node itself.
 */
export function idParameter({
	name,
	displayName,
	field,
	description,
	show,
	hide,
}: IdField): INodeProperties {
	return {
		displayName,
		name,
		type: 'string',
		default: '',
		placeholder: `${field} of the item`,
		description: `${description}. Empty takes ${field} of the incoming item.`,
		...(show === undefined ? {} : { displayOptions: { show, ...(hide === undefined ? {} : { hide }) } }),
	};
}

/** The switch that lets "Execute step" in the editor act on accounts that hold real money. */
export const allowLiveOption: INodeProperties = {
	displayName: 'Allow Live in Manual Runs',
	name: 'allowLive',
	type: 'boolean',
	default: false,
	description:
		'Whether a run started by hand in the editor may act on accounts that are not paper accounts',
};

/** A member or one of the other choices, by list or by handle. */
export function memberParameter(show: Readonly<Record<string, string[]>>): INodeProperties {
	return {
		displayName: 'Member',
		name: 'member',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		displayOptions: { show },
		description: 'The member, by handle or ID',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchMembers', searchable: true },
			},
			{
				displayName: 'By Handle or ID',
				name: 'id',
				type: 'string',
				placeholder: 'operator',
			},
		],
	};
}

/** An account: from the incoming item when left empty, or by list. */
export function accountParameter(show: Readonly<Record<string, string[]>>): INodeProperties {
	return {
		displayName: 'Account',
		name: 'account',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		displayOptions: { show },
		description: 'Empty takes account_id of the incoming item',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchAccounts', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'acc_…',
			},
		],
	};
}
