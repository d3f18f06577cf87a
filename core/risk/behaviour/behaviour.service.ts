import type { Kernel, Trx } from '../../db';
import {
	findMember, findMemberByHandle, lockMember, memberAccounts, riskDay, type Account, type Member,
} from '../../members';
import {
	DAY, FirecontrolError, HOUR, isId, MINUTE, type AccountId, type MemberId, type Refused,
} from '../../model';
import { lockLatch, trip } from '../../safety';
import {
	accountsAtRisk, forgetHappenings, membersDue, membersToTrip, membersWithNews,
} from './behaviour.queries';
import { findBehaviour, takeTripDue } from './behaviour.repository';
import type { BehaviourFacts } from './facts';
import { factsOf } from './facts-of';
import { foldNews, medicCall } from './load';
import { setLockout, type SelfLocked, type SelfLockout } from './self-lockout';
import { tiltReasons } from './tilt';

/** How long what was folded in is kept, for what commits late and for people who ask. */
const KEPT_MS = 30 * DAY;
const LATE_MS = 2 * HOUR;
/** How far back the engine's first look goes, and how much later ones overlap. */
const FIRST_LOOK_MS = 48 * HOUR;
const OVERLAP_MS = 2 * MINUTE;

/** Where a member stands, account by account. */
export interface BehaviourView {
	readonly memberId: MemberId;
	readonly handle: string;
	readonly at: number;
	readonly accounts: readonly { readonly accountId: AccountId; readonly label: string; readonly facts: BehaviourFacts }[];
	/** The same of an account of which nothing is known: what concerns the member alone. */
	readonly member: BehaviourFacts;
}

/** The behaviour guard. */
export interface Behaviour {
	/** Folds in what is new and says where the member stands. @throws FirecontrolError `MEMBER_UNKNOWN` */
	view(idOrHandle: string): Promise<BehaviourView>;
	/**
	 * Locks a member out until a time. There is no way back, for anybody: a lockout only ever gets
	 * longer. The same end again changes nothing.
	 * @returns `SELF_LOCKOUT_PHRASE` without the word for it, `SELF_LOCKOUT_STANDS` for an earlier end,
	 * `SELF_LOCKOUT_PAST`, `SELF_LOCKOUT_FAR`
	 * @throws FirecontrolError `MEMBER_UNKNOWN`
	 */
	lockOut(idOrHandle: string, lockout: SelfLockout): Promise<SelfLocked | Refused>;
	/**
	 * Folds members with something new, ends the trading of those who tripped; a job of the engine.
	 * @returns how many members were folded and tripped
	 */
	foldDue(): Promise<{ readonly folded: number; readonly tripped: number }>;
	/** Folds members with an account that fell so far that it has to trade small; a job of the engine. */
	watchFalls(): Promise<number>;
	/** Forgets what was folded in long ago; a job of the engine. */
	forgetOld(): Promise<number>;
}

class BehaviourService implements Behaviour {
	/** Where this process' last look for news began; only how far back it looks depends on it. */
	#lookedAt: number | null = null;

	constructor(private readonly kernel: Kernel) {}

	async view(idOrHandle: string): Promise<BehaviourView> {
		const { id } = await this.#member(idOrHandle);
		return this.kernel.transaction(async (trx) => {
			const member = await this.#lock(trx, id);
			const accounts = await memberAccounts(trx, id);
			const now = this.kernel.clock.now();
			const { state, selfLockedUntil: until } = await foldNews(trx, this.kernel, member, accounts, now);
			const { behaviour: policy } = this.kernel.rules.policy;
			const factsFor = (accountId: AccountId, day: string): BehaviourFacts =>
				factsOf(state, { accountId, riskDay: day, now, selfLockedUntil: until, policy });
			return {
				memberId: id,
				handle: member.handle,
				at: now,
				member: factsFor('acc_', ''),
				accounts: accounts.map((account) => ({
					accountId: account.id, label: account.label, facts: factsFor(account.id, riskDay(account, now)),
				})),
			};
		});
	}

	async lockOut(idOrHandle: string, lockout: SelfLockout): Promise<SelfLocked | Refused> {
		const { id } = await this.#member(idOrHandle);
		return this.kernel.transaction(async (trx) => {
			// Before the member, as everywhere: what holds capacity now must not go out any more.
			await lockLatch(trx, 'share');
			await this.#lock(trx, id);
			return setLockout(trx, this.kernel, id, lockout);
		});
	}

	async foldDue(): Promise<{ folded: number; tripped: number }> {
		const { conn, clock } = this.kernel;
		const now = clock.now();
		const since = this.#lookedAt === null ? now - FIRST_LOOK_MS : this.#lookedAt - OVERLAP_MS;
		const news = await membersWithNews(conn, since);
		const ids = new Set([...news, ...(await membersDue(conn, now))]);
		const errors = await this.#foldEach(ids);
		let tripped = 0;
		for (const id of await membersToTrip(conn)) {
			const done = await this.#trip(id).catch((error: unknown) => void errors.push(error));
			if (done === true) tripped += 1;
		}
		if (errors.length > 0) throw errors[0];
		this.#lookedAt = now;
		return { folded: ids.size, tripped };
	}

	async watchFalls(): Promise<number> {
		const fallen = new Set(await this.#fallen(this.kernel.clock.now()));
		const errors = await this.#foldEach(fallen);
		if (errors.length > 0) throw errors[0];
		return fallen.size;
	}

	async forgetOld(): Promise<number> {
		const { conn, clock } = this.kernel;
		return forgetHappenings(conn, clock.now() - KEPT_MS, LATE_MS);
	}

	/** Members with an account that may have to trade small from now on. */
	async #fallen(now: number): Promise<MemberId[]> {
		const { conn, rules } = this.kernel;
		const { lossPercent } = rules.policy.behaviour.medic;
		const lost = (await accountsAtRisk(conn)).filter(
			(account) => medicCall(account, null, lossPercent, now) !== null,
		);
		const fallen: MemberId[] = [];
		for (const account of lost) {
			const { state } = await findBehaviour(conn, account.memberId);
			if (medicCall(account, state, lossPercent, now) !== null) fallen.push(account.memberId);
		}
		return fallen;
	}

	/** One who cannot be folded keeps none of the others waiting. */
	async #foldEach(ids: Iterable<MemberId>): Promise<unknown[]> {
		const errors: unknown[] = [];
		for (const id of ids) {
			await this.#fold(id).catch((error: unknown) => errors.push(error));
		}
		return errors;
	}

	async #fold(id: MemberId): Promise<void> {
		await this.kernel.transaction(async (trx) => {
			const member = await lockMember(trx, id);
			if (member === null) return;
			const accounts: Account[] = await memberAccounts(trx, id);
			await foldNews(trx, this.kernel, member, accounts, this.kernel.clock.now());
		});
	}

	/** Ends the member's trading for today, under the latch alone: then no entry goes out any more. */
	async #trip(id: MemberId): Promise<boolean> {
		return this.kernel.transaction(async (trx) => {
			await lockLatch(trx, 'exclusive');
			await lockMember(trx, id);
			if (!(await takeTripDue(trx, id))) return false;
			const { state } = await findBehaviour(trx, id);
			const until = state?.tilt.until ?? null;
			const now = this.kernel.clock.now();
			if (state === null || state.tilt.level !== 'tripped' || until === null || until <= now) return false;
			await trip(trx, this.kernel, {
				scope: 'member',
				scopeId: id,
				state: 'FLATTENING',
				cause: 'tilt',
				reason: `Tilt: ${tiltReasons(state, this.kernel.rules.policy.behaviour, now).join(', ')}.`,
				rearm: 'next_day',
				rearmAt: until,
				actor: 'system',
			});
			return true;
		});
	}

	async #member(idOrHandle: string): Promise<Member> {
		const { conn } = this.kernel;
		const member = isId('mbr', idOrHandle)
			? await findMember(conn, idOrHandle)
			: await findMemberByHandle(conn, idOrHandle);
		if (member !== null) return member;
		throw new FirecontrolError('MEMBER_UNKNOWN', `There is no member "${idOrHandle}".`);
	}

	async #lock(trx: Trx, id: MemberId): Promise<Member> {
		const member = await lockMember(trx, id);
		if (member !== null) return member;
		throw new FirecontrolError('MEMBER_UNKNOWN', `There is no member ${id}.`);
	}
}

export function createBehaviour(kernel: Kernel): Behaviour {
	return new BehaviourService(kernel);
}
