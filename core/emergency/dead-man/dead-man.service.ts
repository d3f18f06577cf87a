import type { Conn, Kernel } from '../../db';
import type { Exchanges } from '../../exchange';
import { accountsByIds, type Account } from '../../members';
import { messageOf, SECOND, type AccountId } from '../../model';
import { sideBySide } from '../flatten/side-by-side';
import type { DeadManReport, DeadManStanding, Timer } from './dead-man';
import { noteFiring, noteTimer } from './note';
import { afterCall, afterFiring, newTimer, type CallOutcome } from './outcome';
import { hasFired, planTimers, type Resting, type TimerCall } from './plan';
import { restingOrders } from './resting.queries';
import { standingOf } from './standing';
import { listTimers, saveTimer } from './timers.repository';

/** Accounts whose venues are called at the same time. */
const AT_ONCE = 8;

/** What the dead-man switch is built on. */
export interface DeadManDeps {
	readonly kernel: Kernel;
	readonly exchanges: Pick<Exchanges, 'for'>;
}

/** The timers at the venues that cancel what rests when the engine is gone. */
export interface DeadMan {
	/** Job: starts, renews and ends timers; notes those that ran out. */
	step(): Promise<DeadManReport>;
	/** Ends the timers of an account that is being disconnected; a venue that fails keeps nobody. */
	release(accountId: AccountId): Promise<void>;
	standing(accountIds: readonly AccountId[]): Promise<DeadManStanding[]>;
}

type Counts = { -readonly [K in keyof DeadManReport]: number };

/** What one account's step works on. */
interface Scene {
	readonly account: Account;
	readonly orders: readonly Resting[];
	readonly timers: readonly Timer[];
}

/** Whether anything is still to be done about it. */
const isKept = ({ mayRunUntil, state }: Timer): boolean => mayRunUntil !== null || state === 'failing';

class DeadManSwitch implements DeadMan {
	constructor(private readonly deps: DeadManDeps) {}

	async step(): Promise<DeadManReport> {
		const { kernel } = this.deps;
		const counts: Counts = { armed: 0, refreshed: 0, disarmed: 0, fired: 0, failed: 0 };
		const resting = await restingOrders(kernel.conn);
		const timers = (await listTimers(kernel.conn)).filter(isKept);
		const ids = [...new Set([...resting.keys(), ...timers.map(({ accountId }) => accountId)])];
		const scenes = (await accountsByIds(kernel.conn, ids)).map((account): Scene => ({
			account,
			orders: resting.get(account.id)?.orders ?? [],
			timers: timers.filter(({ accountId }) => accountId === account.id),
		}));
		const errors = await sideBySide(scenes, AT_ONCE, async (scene) => this.#account(scene, counts));
		if (errors.length > 0) throw errors[0];
		return counts;
	}

	async #account({ account, orders, timers }: Scene, counts: Counts): Promise<void> {
		const { kernel, exchanges } = this.deps;
		const known: Timer[] = [];
		for (const timer of timers) known.push(await this.#looked(account, timer, counts));
		const reach = exchanges.for(account.venue).capabilities.cancelAllAfter;
		// Without its key nothing can be set: what may still run ends by itself.
		if (reach === false || account.status !== 'active') return;
		const policy = kernel.rules.policy.emergency.deadMan;
		for (const call of planTimers(orders, known, { reach, policy, now: kernel.clock.now() })) {
			const timer = known.find(({ symbol }) => symbol === call.symbol);
			await this.#call(account, timer ?? newTimer(call, kernel.clock.now()), call, counts);
		}
	}

	/** Notes a timer that ran out, and one that cannot be running any more. */
	async #looked(account: Account, timer: Timer, counts: Counts): Promise<Timer> {
		const { kernel } = this.deps;
		const now = kernel.clock.now();
		if (hasFired(timer, now)) {
			counts.fired += 1;
			const after = afterFiring(timer, now);
			await kernel.transaction(async (trx) => noteFiring(trx, kernel, account, timer, after));
			return after;
		}
		if (timer.mayRunUntil === null || now < timer.mayRunUntil) return timer;
		const after: Timer = { ...timer, mayRunUntil: null };
		await kernel.transaction(async (trx) => saveTimer(trx, after));
		return after;
	}

	/** One call. @returns the timer after it */
	async #call(account: Account, timer: Timer, call: TimerCall, counts: Counts): Promise<Timer> {
		const { kernel } = this.deps;
		const policy = kernel.rules.policy.emergency.deadMan;
		const ends = call.kind === 'disarm' || call.kind === 'forget';
		const timeoutMs = ends ? null : policy.timeoutSeconds * SECOND;
		const sentAt = kernel.clock.now();
		let error: string | null = null;
		try {
			if (call.kind !== 'forget') await this.#set(account, call.symbol, timeoutMs);
		} catch (thrown) {
			error = messageOf(thrown);
		}
		const outcome: CallOutcome = { ends, sentAt, answeredAt: kernel.clock.now(), error };
		const after = afterCall(timer, outcome, policy);
		await kernel.transaction(async (trx) => noteTimer(trx, kernel, account, timer, after));
		if (error !== null) counts.failed += 1;
		else if (call.kind === 'arm') counts.armed += 1;
		else if (call.kind === 'refresh') counts.refreshed += 1;
		else if (call.kind === 'disarm') counts.disarmed += 1;
		return after;
	}

	async #set({ id, venue }: Account, symbol: string | null, timeoutMs: number | null): Promise<void> {
		const exchange = this.deps.exchanges.for(venue);
		if (exchange.cancelAllAfter === undefined) throw new Error(`${venue} has no such call.`);
		await exchange.cancelAllAfter(id, { symbol, timeoutMs });
	}

	async release(accountId: AccountId): Promise<void> {
		const { kernel } = this.deps;
		const running = (await listTimers(kernel.conn, [accountId])).filter(
			({ mayRunUntil }) => mayRunUntil !== null && mayRunUntil > kernel.clock.now(),
		);
		if (running.length === 0) return;
		const [account] = await accountsByIds(kernel.conn, [accountId]);
		if (account === undefined) return;
		const counts: Counts = { armed: 0, refreshed: 0, disarmed: 0, fired: 0, failed: 0 };
		for (const timer of running) {
			const { symbol } = timer;
			const after = await this.#call(account, timer, { kind: 'disarm', accountId, symbol }, counts);
			if (after.error !== null) {
				kernel.log.warn('A timer at the venue could not be ended; it runs out by itself.', {
					account_id: accountId, venue: account.venue, error: after.error,
				});
			}
		}
	}

	async standing(accountIds: readonly AccountId[]): Promise<DeadManStanding[]> {
		return deadManStanding(this.deps.kernel.conn, accountIds);
	}
}

/** The dead-man switch of these accounts, for displays; unknown ones are left out. */
export async function deadManStanding(
	conn: Conn,
	accountIds: readonly AccountId[],
): Promise<DeadManStanding[]> {
	const accounts = await accountsByIds(conn, accountIds);
	const timers = await listTimers(conn, accountIds);
	return accounts.map((account) =>
		standingOf(account, timers.filter(({ accountId }) => accountId === account.id)),
	);
}

export function createDeadMan(deps: DeadManDeps): DeadMan {
	return new DeadManSwitch(deps);
}
