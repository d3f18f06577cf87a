import { appendAudit } from '../../audit';
import { isUniqueViolation, type Kernel, type Trx } from '../../db';
import {
	deleteAccountKeys, findAccount, findAccountKeys, insertAccount, keyOwner, lockAccount, lockMember,
	memberAccounts, newAccount, readVenueAccount, saveAccount, saveVenue, sealAccountKeys,
	type Account, type KeyRights, type Member, type Members, type NewAccount, type VenueAccountInput,
	type VenueKeys, type VenueRecord,
} from '../../members';
import {
	FirecontrolError, isRefused, refuse, ZERO, type AccountId, type MemberId, type Refused,
} from '../../model';
import { lockLatch } from '../../safety';
import type {
	ConnectWish, Connected, Connections, ProbeTarget, VenueCredential, VenueProbe,
} from './connection';
import { supportedProfile } from '../ccxt/venue-choice';
import { venueName } from '../venue-name';

/** What connecting is made from. */
export interface ConnectDeps {
	readonly members: Pick<Members, 'get' | 'upsert'>;
	/**
	 * Asks the venue with these keys.
	 * @throws FirecontrolError `VENUE_UNSUPPORTED`, `VENUE_NO_SANDBOX`, `VENUE_KEY_CAN_WITHDRAW`, `VENUE_AUTH`
	 */
	probe(target: ProbeTarget): Promise<VenueProbe>;
	/** Open trades and working orders of the account. */
	openWork(trx: Trx, accountId: AccountId): Promise<number>;
	/** New entries of the account wait until its books were compared with the venue. */
	awaitComparison?(trx: Trx, accountId: AccountId): Promise<void>;
	/** Lets go of what was set up at the venue with the account's keys; never fails. */
	release?(accountId: AccountId): Promise<void>;
	/** The account's keys changed: what this process opened with the former ones is dropped. */
	forget?(accountId: AccountId): void;
}

type Remote = VenueCredential & { readonly mode: 'sandbox' | 'live' };

/** What is stored of a connection. */
interface Asked {
	readonly chosen: VenueAccountInput;
	readonly record: VenueRecord;
	readonly keys: VenueKeys;
	readonly probe: VenueProbe;
}

function targetOf({ venue, mode, apiKey, secret, passphrase, apiUrl, streamUrl }: Remote): ProbeTarget {
	return {
		ccxtId: venue, mode, apiKey: apiKey ?? '', secret: secret ?? '', passphrase, apiUrl, streamUrl,
	};
}

/** The account that takes the keys, if there is one already. */
interface Place {
	readonly account: Account | null;
	/** It has this very key. */
	readonly sameKey: boolean;
	/** It has another one. */
	readonly otherKey: boolean;
}

/** Whose account it will be, or why not. */
async function findPlace(
	trx: Trx,
	member: Member,
	{ record, keys, chosen: { label } }: Asked,
	replaceKey: boolean,
): Promise<Place | Refused> {
	const owner = await keyOwner(trx, record.ccxtId, keys.apiKey);
	if (owner !== null) {
		const account = await lockAccount(trx, owner);
		const same = account.memberId === member.id && account.venue === record.name;
		return same ? { account, sameKey: true, otherKey: false } : refuse('ACCOUNT_KEY_TAKEN');
	}
	const known = (await memberAccounts(trx, member.id)).find((account) => account.label === label);
	if (known === undefined) return { account: null, sameKey: false, otherKey: false };
	const otherKey = (await findAccountKeys(trx, known.id)) !== null;
	if (known.venue !== record.name || (otherKey && !replaceKey)) {
		return refuse('ACCOUNT_LABEL_TAKEN', { label, venue: known.venue });
	}
	return { account: await lockAccount(trx, known.id), sameKey: false, otherKey };
}

class ConnectionService implements Connections {
	constructor(
		private readonly kernel: Kernel,
		private readonly deps: ConnectDeps,
	) {}

	async connect(wish: ConnectWish): Promise<Connected | Refused> {
		const { credential } = wish;
		if (credential.mode === 'paper') return this.#paper(wish);
		const member = await this.deps.members.get(wish.member);
		if (member === null) throw this.#noMember(wish.member);
		const target = targetOf({ ...credential, mode: credential.mode });
		const chosen = readVenueAccount({
			label: wish.label ?? venueName(target),
			currency: wish.currency,
			zone: wish.zone ?? member.zone,
		});
		const probe = await this.deps.probe(target);
		if (probe.canTrade === false) return refuse('VENUE_KEY_READ_ONLY');
		const { ccxtId, mode, apiUrl, streamUrl, apiKey, secret, passphrase } = target;
		const asked = {
			record: { name: venueName(target), ccxtId, mode, apiUrl, streamUrl },
			keys: { apiKey, secret, passphrase },
			probe,
		};
		const connected = await this.#store(member.id, wish, { ...asked, chosen });
		if (!isRefused(connected)) this.deps.forget?.(connected.account.id);
		return connected;
	}

	async disconnect({ accountId, actor }: { accountId: AccountId; actor: string }): Promise<Account | Refused> {
		const { kernel, deps } = this;
		if ((await findAccount(kernel.conn, accountId)) === null) return refuse('ACCOUNT_UNKNOWN', { id: accountId });
		await deps.release?.(accountId);
		const result = await kernel.transaction(async (trx) => {
			const account = await lockAccount(trx, accountId);
			const observed = await deps.openWork(trx, accountId);
			if (observed > 0) return refuse('ACCOUNT_BUSY', { observed });
			const had = await deleteAccountKeys(trx, accountId);
			if (!had && account.status === 'inactive') return account;
			const updatedAt = kernel.clock.now();
			await appendAudit(trx, kernel, {
				actor,
				action: 'account.disconnected',
				subjectId: accountId,
				memberId: account.memberId,
				accountId,
				details: { label: account.label, venue: account.venue },
			});
			const off = { status: 'inactive', liveEnabledAt: null, liveEnabledBy: null, updatedAt } as const;
			return saveAccount(trx, account, { ...account, ...off });
		});
		if (!isRefused(result)) deps.forget?.(accountId);
		return result;
	}

	async #paper(wish: ConnectWish): Promise<Connected | Refused> {
		const { kernel, deps } = this;
		const before = await deps.members.get(wish.member);
		if (before === null) throw this.#noMember(wish.member);
		const { venue } = wish.credential;
		const atVenue = wish.prices === 'venue';
		if (atVenue) supportedProfile(venue, 'live');
		const label = wish.label ?? (atVenue ? `${venue} paper` : 'paper');
		const view = await deps.members.upsert({
			handle: before.handle,
			paperAccount: {
				label,
				currency: wish.currency,
				quoteSource: atVenue ? `ccxt:${venue}` : 'demo',
				simulationIfNew: { model: 'realistic' },
				...(wish.zone === undefined ? {} : { zone: wish.zone }),
				...(wish.startBalance === undefined ? {} : { balance: wish.startBalance }),
			},
			actor: wish.actor,
		});
		const found = view.accounts.find((account) => account.label === label);
		if (found === undefined) throw this.#noMember(wish.member);
		if (found.kind !== 'paper') return refuse('ACCOUNT_LABEL_TAKEN', { label, venue: found.venue });
		const account = await kernel.transaction(async (trx) => {
			const locked = await lockAccount(trx, found.id);
			const updatedAt = kernel.clock.now();
			return locked.status === 'active'
				? locked
				: saveAccount(trx, locked, { ...locked, status: 'active', updatedAt });
		});
		const created = before.accounts.every(({ id }) => id !== account.id);
		return { kind: 'connected', account, created, replaced: false, venue: null };
	}

	/** Two that bring one key at the same moment meet at its unique print: one of them is told. */
	async #store(id: MemberId, wish: ConnectWish, asked: Asked): Promise<Connected | Refused> {
		try {
			return await this.kernel.transaction(async (trx) => this.#storeIn(trx, id, wish, asked));
		} catch (error) {
			if (!isUniqueViolation(error)) throw error;
			return refuse('ACCOUNT_KEY_TAKEN');
		}
	}

	async #storeIn(
		trx: Trx,
		id: MemberId,
		wish: ConnectWish,
		asked: Asked,
	): Promise<Connected | Refused> {
		const { kernel } = this;
		const { chosen, record, keys, probe } = asked;
		// Latch, member, account: pausing the account needs the first.
		await lockLatch(trx, 'exclusive');
		const member = await lockMember(trx, id);
		if (member === null) throw this.#noMember(wish.member);
		const place = await findPlace(trx, member, asked, wish.replaceKey);
		if (isRefused(place)) return place;
		const known = place.account;
		if (known !== null && known.currency !== chosen.currency) {
			const context = { label: known.label, limit: known.currency, observed: chosen.currency };
			return refuse('ACCOUNT_CURRENCY', context);
		}
		const now = kernel.clock.now();
		await saveVenue(trx, record, now);
		const rights: KeyRights = { canTrade: probe.canTrade, canWithdraw: probe.canWithdraw };
		const startBalance = probe.balances[chosen.currency] ?? ZERO;
		const fresh = { ...chosen, venue: record.name, kind: record.mode, startBalance };
		const account = await this.#settle(trx, place, fresh, member.id);
		const sealed = { accountId: account.id, ccxtId: record.ccxtId, keys, rights };
		await sealAccountKeys(trx, kernel, sealed);
		const unchanged = known?.status === 'active' && place.sameKey;
		if (!unchanged) await this.deps.awaitComparison?.(trx, account.id);
		const { kind, currency } = account;
		await appendAudit(trx, kernel, {
			actor: wish.actor,
			action: known === null ? 'account.connected' : 'account.keys_sealed',
			subjectId: account.id,
			memberId: member.id,
			accountId: account.id,
			details: { member: member.id, label: account.label, kind, venue: record.name, currency, ...rights },
		});
		const venue = { markets: probe.markets, assets: Object.keys(probe.balances).length, rights };
		return { kind: 'connected', account, created: known === null, replaced: place.otherKey, venue };
	}

	/** A new account, or the known one in use again; under a new key its live switch is off. */
	async #settle(
		trx: Trx,
		{ account, sameKey }: Place,
		wish: NewAccount,
		memberId: MemberId,
	): Promise<Account> {
		if (account === null) {
			const fresh = newAccount(this.kernel, memberId, wish);
			await insertAccount(trx, fresh);
			return fresh;
		}
		const live = sameKey ? {} : ({ liveEnabledAt: null, liveEnabledBy: null } as const);
		if (account.status === 'active' && (sameKey || account.liveEnabledAt === null)) return account;
		const updatedAt = this.kernel.clock.now();
		return saveAccount(trx, account, { ...account, ...live, status: 'active', updatedAt });
	}

	#noMember(member: string): FirecontrolError {
		return new FirecontrolError(
			'MEMBER_UNKNOWN',
			`There is no member "${member}". Members: Create or Update makes one.`,
		);
	}
}

export function createConnections(kernel: Kernel, deps: ConnectDeps): Connections {
	return new ConnectionService(kernel, deps);
}
