import { lockAccount, saveAccount } from '../../members';
import {
	eq, gt, isRefused, messageOf, MINUTE, SECOND, type AccountId, type Decimal,
} from '../../model';
import { listOpenTrips, type Trip } from '../../safety';
import { forgetApiErrors, watchApiErrors } from './api-errors';
import { carryOut, causesByAccount } from './carry-out.service';
import { CurvePen, thinningOf } from './curve';
import { addSamples, thin } from './curve.repository';
import { decide } from './decide';
import { activeAccountIds, lastRearms } from './looks.queries';
import { booksOf, freshQuotes, lookAt, openWork, symbolsOf, type AccountBooks, type WatchDeps } from './looks';
import { MarketWatch } from './market-watch';
import { watchPulse } from './pulse';
import { standingOf } from './standing';
import type { AccountStatus } from './status';
import { accountStatuses, type StatusDeps, type StatusWish } from './status.service';
import { unseen, type AccountMemory } from './watch';
import { memoriesOf } from './watch.repository';

/** A venue whose look takes longer is left to itself: the next look begins without it, ms. */
const PATIENCE = SECOND;
/** Accounts computed at one go: others of the process get their turn in between. */
const BREATH = 64;
/** Idle accounts of one look at least. */
const IDLE_LEAST = 50;
/** Steps of thinning in one run at most. */
const THIN_STEPS = 20;

/** What one look did. */
export interface WatchReport {
	/** Accounts looked at. */
	readonly accounts: number;
	/** Accounts of which something changed. */
	readonly changed: number;
}

/** The watch over open risk: jobs of the engine. */
export interface RiskWatch {
	/** Job: looks at every account with something open, and in turn at all others. */
	look(): Promise<WatchReport>;
	/** Job, before the engine's own sign of life: finds that it was dead. */
	pulse(): Promise<boolean>;
	/** Job: thins the curves of equity. @returns how many samples were taken */
	thinCurves(): Promise<number>;
	/** How accounts stand now. @throws FirecontrolError `ACCOUNT_UNKNOWN`, `MEMBER_UNKNOWN` */
	status(wish: StatusWish): Promise<AccountStatus[]>;
}

/** An equity above the stored peak, with what tells whether the account's money is still the same. */
interface NewPeak {
	readonly equity: Decimal;
	readonly dayStartEquity: Decimal;
	readonly riskDay: string;
}

/** All that a look has read before it asks for prices. */
interface Round {
	readonly memories: ReadonlyMap<AccountId, AccountMemory>;
	readonly open: readonly Trip[];
	readonly causes: ReturnType<typeof causesByAccount>;
	readonly rearms: ReadonlyMap<AccountId, number>;
	readonly places: ReadonlyMap<string, ReadonlySet<string>>;
}

class Watch {
	readonly #pen: CurvePen;
	readonly #market: MarketWatch;
	/** Higher than any stored peak, until it is stored. */
	readonly #peaks = new Map<AccountId, NewPeak>();
	/** Venues whose look is under way. */
	readonly #under = new Set<string>();
	#active: ReadonlySet<AccountId> = new Set();
	#idle: AccountId[] = [];
	#idleShare = IDLE_LEAST;
	#forgottenAt = 0;

	constructor(private readonly deps: WatchDeps) {
		const { kernel } = deps;
		this.#pen = new CurvePen(kernel.rules.policy.watch.curve.fineSeconds * SECOND);
		this.#market = new MarketWatch(kernel);
	}

	async look(): Promise<WatchReport> {
		const { kernel } = this.deps;
		const work = await openWork(this.deps);
		const active = new Set([...work.trades.keys(), ...work.reservations.keys()]);
		const ids = new Set([...active, ...this.#active, ...(await this.#nextIdle())]);
		// What closed since the last look is looked at once more.
		this.#active = active;
		const books = await booksOf(this.deps, [...ids], work);
		const open = await listOpenTrips(kernel.conn);
		const round: Round = {
			memories: await memoriesOf(kernel.conn, [...ids]),
			open,
			causes: causesByAccount(open),
			rearms: await lastRearms(kernel.conn, 'drawdown'),
			places: await this.#market.places(open),
		};
		const changed = await this.#lanes(books, round);
		await watchApiErrors(kernel, open);
		await this.#write();
		await this.#forget();
		return { accounts: books.length, changed };
	}

	/** Each account in turn, all within the policy's time. */
	async #nextIdle(): Promise<AccountId[]> {
		if (this.#idle.length === 0) {
			this.#idle = await activeAccountIds(this.deps.kernel.conn);
			const { idleSeconds } = this.deps.kernel.rules.policy.watch;
			this.#idleShare = Math.max(IDLE_LEAST, Math.ceil(this.#idle.length / idleSeconds));
		}
		return this.#idle.splice(0, this.#idleShare);
	}

	/** The venues side by side: one that fails or hangs keeps no other from its look. */
	async #lanes(books: readonly AccountBooks[], round: Round): Promise<number> {
		const byVenue = new Map<string, AccountBooks[]>();
		for (const each of books) {
			const own = byVenue.get(each.account.venue);
			if (own === undefined) byVenue.set(each.account.venue, [each]);
			else own.push(each);
		}
		for (const venue of round.places.keys()) if (!byVenue.has(venue)) byVenue.set(venue, []);
		let changed = 0;
		const lanes = [...byVenue].filter(([venue]) => !this.#under.has(venue));
		const all = Promise.all(
			lanes.map(async ([venue, own]) => {
				this.#under.add(venue);
				try {
					changed += await this.#lane(venue, own, round);
				} catch (error) {
					this.deps.kernel.log.error('The watch over the risk at a venue failed; it is tried again.', {
						venue,
						error: messageOf(error),
					});
				} finally {
					this.#under.delete(venue);
				}
			}),
		);
		await (lanes.length > 1 ? Promise.race([all, patience()]) : all);
		return changed;
	}

	async #lane(venue: string, books: readonly AccountBooks[], round: Round): Promise<number> {
		const { kernel } = this.deps;
		const wanted = new Set([...books.flatMap(symbolsOf), ...(round.places.get(venue) ?? [])]);
		const asked = [...wanted];
		const quotes = await freshQuotes(this.deps, venue, asked);
		await this.#market.note(venue, asked, quotes, round.open);
		let changed = 0;
		for (const [index, each] of books.entries()) {
			if (index % BREATH === BREATH - 1) await breath();
			const now = kernel.clock.now();
			const look = lookAt(this.deps, each, quotes, now);
			const standing = standingOf(look, now, kernel.rules.policy);
			const { accountId, equity, equityAt } = standing;
			if (!isRefused(equity) && equityAt === now) {
				this.#pen.note(accountId, now, equity);
				const { dayStartEquity, peakEquity, riskDay } = each.account;
				const pending = this.#peaks.get(accountId);
				if (gt(equity, pending?.equity ?? peakEquity)) {
					this.#peaks.set(accountId, { equity, dayStartEquity, riskDay });
				}
			}
			const before = round.memories.get(accountId) ?? unseen(accountId);
			const around = {
				openCauses: round.causes.get(accountId) ?? new Set(),
				rearmedAt: round.rearms.get(accountId) ?? null,
			};
			const { memory, decisions } = decide(standing, before, kernel.rules.policy, around);
			if (memory === before && decisions.length === 0) continue;
			changed++;
			await carryOut(kernel, standing, around, decisions.some(({ kind }) => kind === 'trip'));
		}
		return changed;
	}

	/** Writes what the curves gathered, and the peaks that were reached. */
	async #write(): Promise<void> {
		const { kernel } = this.deps;
		const samples = this.#pen.take(kernel.clock.now());
		if (samples.length === 0) return;
		const peaks = [...this.#peaks];
		this.#peaks.clear();
		await kernel.transaction(async (trx) => {
			for (const [id, { equity, dayStartEquity, riskDay }] of peaks) {
				const account = await lockAccount(trx, id);
				// Money that came or went since, or a new day: what was seen then does not compare.
				const same = account.riskDay === riskDay && eq(account.dayStartEquity, dayStartEquity);
				if (!same || !gt(equity, account.peakEquity)) continue;
				await saveAccount(trx, account, { ...account, peakEquity: equity });
			}
			await addSamples(trx, samples);
		});
	}

	async #forget(): Promise<void> {
		const now = this.deps.kernel.clock.now();
		if (now - this.#forgottenAt < MINUTE) return;
		this.#forgottenAt = now;
		await forgetApiErrors(this.deps.kernel);
	}
}

async function patience(): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, PATIENCE).unref();
	});
}

async function breath(): Promise<void> {
	return new Promise((resolve) => {
		setImmediate(resolve);
	});
}

async function thinAll({ kernel }: WatchDeps): Promise<number> {
	let taken = 0;
	for (const thinning of thinningOf(kernel.rules.policy.watch)) {
		for (let step = 0; step < THIN_STEPS; step++) {
			const some = await kernel.transaction(async (trx) => thin(trx, thinning, kernel.clock.now()));
			taken += some;
			if (some === 0) break;
		}
	}
	return taken;
}

export function createRiskWatch(deps: StatusDeps): RiskWatch {
	const watch = new Watch(deps);
	return {
		look: async () => watch.look(),
		pulse: async () => watchPulse(deps.kernel),
		thinCurves: async () => thinAll(deps),
		status: async (wish) => accountStatuses(deps, wish),
	};
}
