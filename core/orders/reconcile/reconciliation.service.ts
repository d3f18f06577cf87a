import type { Kernel, Lease } from '../../db';
import type { Exchanges } from '../../exchange';
import { accountsByIds, type Account } from '../../members';
import { reasonText, SECOND, type AccountId, type IssueId, type Refused } from '../../model';
import { lockLatch, type Trip } from '../../safety';
import { ENGINE_ACTOR, orderDeps, type OrderDeps } from '../deps';
import { forEach } from '../for-each';
import type { Issue } from '../issues/issue';
import { listIssues, openIssuesOf, type IssueFilter } from '../issues/issues.queries';
import { findIssue } from '../issues/issues.repository';
import {
	compareAccount, EVERYTHING, HOLDINGS_ONLY, KNOWN_ORDERS_ONLY, ORDERS_ONLY, type Scope,
} from './compare-account';
import { NO_BOOKS, readBooks, type Books } from './facts.queries';
import { listHoldings, type ExternalHolding } from './holdings.repository';
import { noFindings, type Findings } from './look';
import { goOn, isHealthy, pause, pausesOf, pauseUnreadable, settleUnreadable } from './pause';
import { addMissing, markAllDue, progressOf, saveProgress, venueAccountsDue } from './progress.repository';
import type { Progress } from './progress.table';
import { resolveIssue, type IssueAnswer } from './resolve';
import { watchComparing } from './stalled';
import { isClear, type AccountReport, type ReconcileReport } from './report';

/** Accounts compared by one run of a job at most. */
const RUN_MAX = 100;
/** Accounts compared at the same time: most of it is waiting for venues. */
const ACCOUNTS_AT_ONCE = 16;

/** One account in a run. */
interface Turn {
	readonly id: AccountId;
	readonly account: Account;
	readonly books: Books;
	readonly progress: Progress;
}

/** A venue that does not answer is asked again after this time, and one that differs after that. */
const FAILED_PAUSE = 10 * SECOND;
const DIFFERENT_PAUSE = 4 * SECOND;

/** How long an account that is due waits for its next look: not at all for the first. */
function pauseBefore({ failingSince, ordersAt, updatedAt }: Progress): number {
	if (failingSince !== null) return FAILED_PAUSE;
	return ordersAt === updatedAt ? DIFFERENT_PAUSE : 0;
}

/** Our side of many accounts, read in a few statements. */
async function turns(
	{ kernel }: OrderDeps,
	progress: readonly Progress[],
	wanted: (account: Account, books: Books) => boolean = () => true,
): Promise<Turn[]> {
	const ids = progress.map((each) => each.accountId);
	const accounts = new Map((await accountsByIds(kernel.conn, ids)).map((each) => [each.id, each]));
	const books = await readBooks(kernel.conn, ids);
	return progress.flatMap((each) => {
		const account = accounts.get(each.accountId);
		const own = books.get(each.accountId) ?? NO_BOOKS;
		if (account === undefined || !wanted(account, own)) return [];
		return [{ id: each.accountId, account, books: own, progress: each }];
	});
}

/** The account's progress after a look. */
function advanced(turn: Turn, findings: Findings, scope: Scope, now: number): Progress {
	const { progress } = turn;
	const failure = findings.skipped.find(({ why }) => why === 'failed');
	const complete = findings.skipped.every(({ why }) => why === 'moving');
	const settled = complete && findings.differences.length === 0;
	const base = { ...progress, updatedAt: now };
	if (failure !== undefined) {
		const detail = `${failure.what}: ${failure.reason}`;
		return { ...base, failingSince: progress.failingSince ?? now, healthySince: null, detail };
	}
	const whole = scope.orders === 'all' && scope.holdings;
	const recovered = progress.failingSince !== null;
	return {
		...base,
		state: whole && settled ? 'DONE' : progress.state,
		ordersAt: scope.orders !== false ? now : progress.ordersAt,
		positionsAt: scope.holdings ? now : progress.positionsAt,
		seenUntil: scope.fills && complete ? now : progress.seenUntil,
		completedAt: whole && settled ? (progress.completedAt ?? now) : progress.completedAt,
		failingSince: null,
		healthySince: recovered ? now : progress.healthySince,
		detail: recovered ? null : progress.detail,
	};
}

/** Whether the row is worth writing: for paper accounts in good order, only what changes state. */
function mustSave(turn: Turn, after: Progress, scope: Scope): boolean {
	if (turn.account.kind !== 'paper' || scope.fills) return true;
	const { state, failingSince, healthySince } = turn.progress;
	return (
		state !== after.state || failingSince !== after.failingSince || healthySince !== after.healthySince
	);
}

/** After a look: its progress is kept, a venue that stays away pauses, a healthy account goes on. */
async function conclude(
	{ kernel }: OrderDeps,
	turn: Turn,
	after: Progress,
	scope: Scope,
	pauses: readonly Trip[],
): Promise<void> {
	const now = kernel.clock.now();
	const { failedAfterSeconds, healthySeconds } = kernel.rules.policy.reconciliation;
	if (mustSave(turn, after, scope)) {
		const { progress } = turn;
		if (!(await kernel.transaction(async (trx) => saveProgress(trx, progress, after)))) return;
	}
	if (after.failingSince !== null) {
		if (now - after.failingSince < failedAfterSeconds * SECOND) return;
		await pauseUnreadable(kernel, turn.id, after.detail ?? 'the venue does not answer');
		return;
	}
	if (turn.books.issues.some(({ kind }) => kind === 'VENUE_UNREADABLE')) {
		await settleUnreadable(kernel, turn.id);
	}
	if (pauses.length === 0 || after.state !== 'DONE') return;
	if (isHealthy(after, now, healthySeconds)) await goOn(kernel, pauses);
}

async function look(
	deps: OrderDeps,
	turn: Turn,
	options: { readonly scope: Scope; readonly actor: string },
	pauses: readonly Trip[],
): Promise<Findings> {
	const findings = await compareAccount(deps, turn.account, turn.books, turn.progress, options);
	const after = advanced(turn, findings, options.scope, deps.kernel.clock.now());
	await conclude(deps, turn, after, options.scope, pauses);
	return findings;
}

async function run(deps: OrderDeps, list: readonly Turn[], scope: Scope): Promise<number> {
	if (list.length === 0) return 0;
	const pauses = await pausesOf(deps.kernel);
	const work = async (turn: Turn): Promise<void> => {
		await look(deps, turn, { scope, actor: ENGINE_ACTOR }, pauses.get(turn.id) ?? []);
	};
	await forEach(deps, list, work, ACCOUNTS_AT_ONCE);
	return list.length;
}

const STARTED = 'The engine has started; the account is being compared with its venue.';

/** Begins a start of the engine: nothing is compared yet, and accounts at venues wait for it. */
async function mark({ kernel }: OrderDeps, session: number): Promise<void> {
	await kernel.transaction(async (trx) => {
		await lockLatch(trx, 'exclusive');
		await markAllDue(trx, session, kernel.clock.now());
		for (const accountId of await venueAccountsDue(trx)) await pause(trx, kernel, accountId, STARTED);
	});
}

async function reportOf(
	{ kernel }: OrderDeps,
	{ id, account }: Turn,
	findings: Findings,
): Promise<AccountReport> {
	const issues = await openIssuesOf(kernel.conn, id);
	return {
		accountId: id,
		venue: account.venue,
		allClear: isClear(findings, issues),
		checkedAt: kernel.clock.now(),
		issues,
		adopted: findings.adopted,
		adjusted: findings.adjusted,
		booked: findings.booked,
		skipped: findings.skipped,
	};
}

const LEFT_OUT: Findings = {
	...noFindings(),
	skipped: [{ what: 'account', reason: reasonText('MANUAL_RUN_LIVE', {}), why: 'later' }],
};

async function runNow(deps: OrderDeps, wish: ReconcileWish): Promise<ReconcileReport> {
	const { kernel } = deps;
	const { accountId, actor, paperOnly = false } = wish;
	const list = await turns(deps, await progressOf(kernel.conn, accountId === null ? {} : { accountId }));
	const pauses = await pausesOf(kernel);
	const accounts = new Map<AccountId, AccountReport>();
	await forEach(deps, list, async (turn) => {
		const options = { scope: EVERYTHING, actor };
		const leftOut = paperOnly && turn.account.kind !== 'paper';
		const findings = leftOut ? LEFT_OUT : await look(deps, turn, options, pauses.get(turn.id) ?? []);
		accounts.set(turn.id, await reportOf(deps, turn, findings));
	});
	const reports = list.flatMap(({ id }) => accounts.get(id) ?? []);
	return {
		allClear: reports.length === list.length && reports.every(({ allClear }) => allClear),
		checkedAt: kernel.clock.now(),
		accounts: reports,
	};
}

/** What to compare. */
export interface ReconcileWish {
	/** Null: all. */
	readonly accountId: AccountId | null;
	readonly actor: string;
	/** Accounts at venues are left out, and reported as such. */
	readonly paperOnly?: boolean;
}

/** Comparing accounts with their venues. */
export interface Reconciliation {
	/**
	 * Job, before all others of a start: marks every account as not compared since this start and
	 * pauses those at venues. The lease's token tells one start from the next, in whatever process.
	 */
	begin(lease: Pick<Lease, 'token'>): Promise<void>;
	/** Job: compares the accounts that are marked, wholly. @returns how many were looked at */
	catchUp(): Promise<number>;
	/** Job: working orders against the venue's open ones. */
	orders(): Promise<number>;
	/** Job: positions and cash against the venue's. */
	holdings(): Promise<number>;
	/** Job: tells of accounts that the others have not got to for too long. @returns how many */
	watchComparing(): Promise<number>;
	/** Compares one account, or all, wholly and now. */
	run(wanted: ReconcileWish): Promise<ReconcileReport>;
	/** Issues, the worst first. */
	issues(filter?: IssueFilter): Promise<Issue[]>;
	issue(id: IssueId): Promise<Issue | null>;
	/** Settles an issue by a person's word; see `resolveIssue`. */
	resolve(answer: IssueAnswer): Promise<Issue | Refused>;
	/** What accounts hold beyond our trades. */
	external(accountId?: AccountId): Promise<ExternalHolding[]>;
}

export function createReconciliation(kernel: Kernel, exchanges: Exchanges): Reconciliation {
	const deps = orderDeps(kernel, exchanges);
	let session: number | null = null;
	/** When all open orders of an account were last asked for, ms UTC. */
	const listedAt = new Map<AccountId, number>();
	const done = async (wanted?: (account: Account, books: Books) => boolean): Promise<Turn[]> =>
		turns(deps, await progressOf(kernel.conn, { state: 'DONE' }), wanted);
	return {
		begin: async ({ token }) => {
			if (session === token) return;
			await mark(deps, token);
			session = token;
		},
		catchUp: async () => {
			// Whoever holds this job may not be the one that began; a row is due whatever start it names.
			await addMissing(kernel.conn, session ?? 0, kernel.clock.now());
			const now = kernel.clock.now();
			const due = (await progressOf(kernel.conn, { state: 'DUE', limit: RUN_MAX }))
				.filter((progress) => now - progress.updatedAt >= pauseBefore(progress));
			return run(deps, await turns(deps, due), EVERYTHING);
		},
		orders: async () => {
			// Nobody else makes orders at the paper venue: without one of ours there is nothing to compare.
			const list = await done(({ kind }, { working }) => kind !== 'paper' || working.length > 0);
			const now = kernel.clock.now();
			const { allOrdersSeconds } = kernel.rules.policy.reconciliation;
			const isDue = ({ id, progress }: Turn): boolean =>
				progress.failingSince !== null ||
				now - (listedAt.get(id) ?? 0) >= allOrdersSeconds * SECOND;
			const [all, known] = [list.filter(isDue), list.filter((turn) => !isDue(turn))];
			for (const { id } of all) listedAt.set(id, now);
			return (await run(deps, all, ORDERS_ONLY)) + (await run(deps, known, KNOWN_ORDERS_ONLY));
		},
		holdings: async () => run(deps, await done(), HOLDINGS_ONLY),
		watchComparing: async () => watchComparing(kernel),
		issues: async (filter) => listIssues(kernel.conn, filter),
		issue: async (id) => findIssue(kernel.conn, id),
		resolve: async (answer) => resolveIssue(deps, answer),
		external: async (accountId) =>
			listHoldings(kernel.conn, accountId === undefined ? undefined : [accountId]),
		run: async (wish) => {
			await addMissing(kernel.conn, session ?? 0, kernel.clock.now());
			return runNow(deps, wish);
		},
	};
}
