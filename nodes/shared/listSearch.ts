import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeListSearchResult,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Core, MemberView } from '../../core';
import { openCore } from './openCore';

const PAGE = 50;

/** Members for the editor's list, by handle or name, page by page. Errors reach the operator. */
export async function searchMembers(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const core = await openCore(this);
	const offset = Number(paginationToken ?? 0);
	const wanted = (filter ?? '').toLowerCase();
	const page = await core.members.list({ limit: PAGE, offset });
	const results = page
		.filter(({ handle, displayName }) => `${handle} ${displayName}`.toLowerCase().includes(wanted))
		.map(({ handle, displayName }) => ({
			name: handle === displayName ? handle : `${displayName} (${handle})`,
			value: handle,
		}));
	return page.length < PAGE ? { results } : { results, paginationToken: String(offset + PAGE) };
}

/** Accounts of all members for the editor's list, page by page of members. */
export async function searchAccounts(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const core = await openCore(this);
	const offset = Number(paginationToken ?? 0);
	const wanted = (filter ?? '').toLowerCase();
	const page = await core.members.list({ limit: PAGE, offset });
	const results = page
		.flatMap(({ handle, accounts }) =>
			accounts.map(({ id, label, venue, kind, status }) => ({
				name: `${handle}: ${label} (${kind}, ${venue}${status === 'active' ? '' : ', not in use'})`,
				value: id,
			})),
		)
		.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
	return page.length < PAGE ? { results } : { results, paginationToken: String(offset + PAGE) };
}

/** Handle or id of the chosen member. @throws NodeOperationError when none is chosen */
export function readMember(ctx: IExecuteFunctions, itemIndex: number): string {
	const value = ctx.getNodeParameter('member', itemIndex, '', { extractValue: true });
	if (typeof value === 'string' && value.trim() !== '') return value.trim();
	throw new NodeOperationError(ctx.getNode(), 'Choose a member, or give a handle or id.', {
		itemIndex,
	});
}

/** The member by handle or id. @throws NodeOperationError when there is none */
export async function memberOf(
	ctx: IExecuteFunctions,
	core: Core,
	handleOrId: string,
	itemIndex: number,
): Promise<MemberView> {
	const member = await core.members.get(handleOrId);
	if (member !== null) return member;
	throw new NodeOperationError(ctx.getNode(), `There is no member "${handleOrId}".`, {
		itemIndex,
		description: 'Code MEMBER_UNKNOWN. Members: Create or Update makes one.',
	});
}

/** The id of the member by handle or id. @throws NodeOperationError when there is none */
export async function memberIdOf(
	ctx: IExecuteFunctions,
	core: Core,
	handleOrId: string,
	itemIndex: number,
): Promise<MemberView['id']> {
	return (await memberOf(ctx, core, handleOrId, itemIndex)).id;
}
