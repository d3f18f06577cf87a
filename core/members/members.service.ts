import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import { newId, type AccountId, type MemberId } from '../model';
import { findAccount, memberAccounts } from './accounts.repository';
import { openAccount, type AccountPorts } from './accounts.service';
import {
	readAccount,
	readGrant,
	readMember,
	readSubscription,
	type AccountInput,
	type GrantInput,
	type MemberInput,
	type SubscriptionInput,
} from './input';
import type { Account, Entitlement, Member, MemberView, PushSubscription } from './member';
import { memberUnknown } from './members.errors';
import { listMembers, viewMembers } from './members.queries';
import { findMemberByHandle, lockMember, resolveMember } from './members.repository';
import {
	disableSubscription,
	findSubscription,
	livingSubscriptions,
	saveSubscription,
} from './subscriptions.repository';
import { grantTier } from './tiers.service';
import { upsertMember } from './upsert';

const OPERATOR = 'operator';
const PAGE_MAX = 500;

/** People, their tiers, accounts and addresses. */
export interface Members {
	/**
	 * Makes the member or changes it; the same input again changes nothing.
	 * @throws FirecontrolError `MEMBER_INVALID` naming every violation
	 */
	upsert(input: MemberInput): Promise<MemberView>;
	get(idOrHandle: string): Promise<MemberView | null>;
	/** By handle; at most 500 at a time. `drills`: those of fire drills too. */
	list(page?: { readonly limit?: number; readonly offset?: number; readonly drills?: boolean }): Promise<MemberView[]>;
	account(id: AccountId): Promise<Account | null>;
	/** Oldest first. @throws FirecontrolError `MEMBER_UNKNOWN`, as all below */
	accounts(idOrHandle: string): Promise<Account[]>;
	/** @throws FirecontrolError `MEMBER_INVALID` */
	addAccount(idOrHandle: string, input: AccountInput): Promise<Account>;
	/** Gives a tier for a span of time. @throws FirecontrolError `MEMBER_INVALID` */
	grant(idOrHandle: string, input: GrantInput): Promise<Entitlement>;
	/** Takes a browser's subscription; one known already is renewed. */
	addPushSubscription(idOrHandle: string, input: SubscriptionInput): Promise<PushSubscription>;
	/** Switches a subscription off (gone at the push service, or unwanted); says whether it lived. */
	removePushSubscription(endpoint: string, reason: string): Promise<boolean>;
	/** Those that live, oldest first. */
	pushSubscriptions(idOrHandle: string): Promise<PushSubscription[]>;
	/** Makes the built-in member `operator` with one paper account, unless there is one. */
	seedOperator(): Promise<void>;
}

class MembersService implements Members {
	constructor(
		private readonly kernel: Kernel,
		private readonly ports: AccountPorts,
	) {}

	async upsert(input: MemberInput): Promise<MemberView> {
		const wish = readMember(input);
		return this.kernel.transaction(async (trx) => {
			const member = await upsertMember(trx, this.kernel, this.ports, wish);
			return this.#view(trx, member);
		});
	}

	async get(idOrHandle: string): Promise<MemberView | null> {
		const member = await resolveMember(this.kernel.conn, idOrHandle);
		if (member === null) return null;
		const [view] = await viewMembers(this.kernel.conn, [member], this.kernel.clock.now());
		return view ?? null;
	}

	async list(page: { limit?: number; offset?: number; drills?: boolean } = {}): Promise<MemberView[]> {
		const { conn, clock } = this.kernel;
		const limit = Math.min(PAGE_MAX, Math.max(0, page.limit ?? PAGE_MAX));
		const members = await listMembers(conn, {
			limit, offset: Math.max(0, page.offset ?? 0), drills: page.drills ?? false,
		});
		return viewMembers(conn, members, clock.now());
	}

	async account(id: AccountId): Promise<Account | null> {
		return findAccount(this.kernel.conn, id);
	}

	async accounts(idOrHandle: string): Promise<Account[]> {
		return memberAccounts(this.kernel.conn, await this.#id(idOrHandle));
	}

	async addAccount(idOrHandle: string, input: AccountInput): Promise<Account> {
		const wish = readAccount(input);
		const id = await this.#id(idOrHandle);
		return this.kernel.transaction(async (trx) => {
			const member = await this.#lock(trx, id);
			return openAccount(trx, this.kernel, this.ports, member, wish, wish.actor ?? OPERATOR);
		});
	}

	async grant(idOrHandle: string, input: GrantInput): Promise<Entitlement> {
		const { actor = OPERATOR, ...grant } = readGrant(input);
		const id = await this.#id(idOrHandle);
		return this.kernel.transaction(async (trx) => {
			await this.#lock(trx, id);
			return grantTier(trx, this.kernel, id, grant, actor);
		});
	}

	async addPushSubscription(
		idOrHandle: string,
		input: SubscriptionInput,
	): Promise<PushSubscription> {
		const { endpoint, keys } = readSubscription(input);
		const memberId = await this.#id(idOrHandle);
		const made: PushSubscription = {
			id: newId('psh', this.kernel.clock, this.kernel.rng),
			memberId,
			endpoint,
			keys,
			createdAt: this.kernel.clock.now(),
			disabledAt: null,
			disabledReason: null,
		};
		return this.kernel.transaction(async (trx) => {
			await saveSubscription(trx, made);
			const saved = (await findSubscription(trx, endpoint)) ?? made;
			await appendAudit(trx, this.kernel, {
				actor: `member:${memberId}`,
				action: 'member.push_subscribed',
				subjectId: saved.id,
				memberId,
				details: { member: memberId },
			});
			return saved;
		});
	}

	async removePushSubscription(endpoint: string, reason: string): Promise<boolean> {
		const { kernel } = this;
		return kernel.transaction(async (trx) => {
			const known = await findSubscription(trx, endpoint);
			const removed = await disableSubscription(trx, endpoint, reason, kernel.clock.now());
			if (removed && known !== null) {
				await appendAudit(trx, kernel, {
					actor: 'system',
					action: 'member.push_removed',
					subjectId: known.id,
					memberId: known.memberId,
					details: { reason },
				});
			}
			return removed;
		});
	}

	async pushSubscriptions(idOrHandle: string): Promise<PushSubscription[]> {
		return livingSubscriptions(this.kernel.conn, await this.#id(idOrHandle));
	}

	async seedOperator(): Promise<void> {
		if ((await findMemberByHandle(this.kernel.conn, OPERATOR)) !== null) return;
		await this.upsert({
			handle: OPERATOR,
			displayName: 'Operator',
			tier: 'OPERATOR',
			paperAccount: { simulation: { model: 'realistic' } },
			actor: 'system',
		});
	}

	async #view(trx: Trx, member: Member): Promise<MemberView> {
		const fresh = (await resolveMember(trx, member.id)) ?? member;
		const [view] = await viewMembers(trx, [fresh], this.kernel.clock.now());
		return view ?? { ...fresh, tier: null, accounts: [] };
	}

	async #id(idOrHandle: string): Promise<MemberId> {
		const member = await resolveMember(this.kernel.conn, idOrHandle);
		if (member === null) throw memberUnknown(idOrHandle);
		return member.id;
	}

	async #lock(trx: Trx, id: MemberId): Promise<Member> {
		const member = await lockMember(trx, id);
		if (member === null) throw memberUnknown(id);
		return member;
	}
}

/** `ports.openPaperAccount` opens new accounts at the paper venue too. */
export function createMembers(kernel: Kernel, ports: AccountPorts = {}): Members {
	return new MembersService(kernel, ports);
}
