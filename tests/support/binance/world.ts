import type { Kernel, KernelOptions } from '../../../core/db';
import { exchangesOf, type Exchange, type Exchanges } from '../../../core/exchange';
import { createMembers, insertAccount, newAccount, saveVenue } from '../../../core/members';
import {
	decimal, FirecontrolError, markAs, newId, SECOND, type AccountId, type MemberId, type Policy, type RiskApproved,
} from '../../../core/model';
import {
	createOrders, createReconciliation, type Order, type OrderIntent, type Orders, type Reconciliation,
} from '../../../core/orders';
import { closeClients } from '../../../core/exchange/ccxt/registry';
import type { TestDatabase } from '../databases';
import type { EntryWish } from '../trading';
import { ManualVenueClock, startBinance, type BinanceServer, type CommissionMode } from '.';
import { addressesOf, bookQuotes, ccxtOver } from './venue';

const approve = markAs<'RiskApproved'>();

/** One process over the database: services of its own, a ccxt adapter of its own. */
export interface VenueProcess {
	readonly kernel: Kernel;
	readonly exchange: Exchange;
	readonly exchanges: Exchanges;
	readonly orders: Orders;
	/** Null where the order manager is to stand on its own. */
	readonly reconciliation: Reconciliation | null;
	/** Whether it listens to the exchange's streams. */
	readonly streams: boolean;
	/** Over when the start of its engine is noted. */
	readonly begun: Promise<void>;
	/** The process dies at its next request of this kind: before it leaves, or before its answer. */
	dieAt(call: 'submit' | 'cancel', when: 'before' | 'after'): void;
	/** Resolves when it has died: nothing that it was doing ever goes on. */
	readonly died: Promise<void>;
}

/** What runs in a process besides the jobs of orders. */
export interface ProcessOptions {
	readonly streams?: boolean;
	readonly reconcile?: boolean;
	readonly policy?: Policy;
}

/** A member with an account at the loopback exchange, in virtual time. */
export interface VenueAccount {
	readonly memberId: MemberId;
	readonly accountId: AccountId;
}

/** A database, a loopback exchange and the clock they share. */
export interface VenueWorld {
	readonly server: BinanceServer;
	readonly venue: string;
	readonly database: TestDatabase;
	/** A new process, as after a start of n8n. */
	start(options?: ProcessOptions): VenueProcess;
	/** Waits until what the exchange's streams have sent was heard and worked on. */
	heard(): Promise<void>;
	/** Ends all connections of the core; the account is compared with its venue no more. */
	leave(accountId: AccountId): Promise<void>;
	addAccount(options?: { readonly commission?: CommissionMode; readonly BNB?: string }): Promise<VenueAccount>;
	intent(account: VenueAccount, wish: EntryWish): RiskApproved<OrderIntent>;
	create(process: VenueProcess, account: VenueAccount, wish: EntryWish): Promise<Order>;
	/** Moves the clocks of exchange and processes. */
	advance(ms: number): void;
	close(): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const never = <T>(): Promise<T> => new Promise(() => {});

/** The adapter of a process that can be made to die. */
function mortal(exchange: Exchange) {
	const plans: { call: string; when: 'before' | 'after' }[] = [];
	let die = (): void => {};
	const died = new Promise<void>((resolve) => {
		die = resolve;
	});
	const strike = async (call: string, work: () => Promise<unknown>): Promise<unknown> => {
		const index = plans.findIndex((plan) => plan.call === call);
		const plan = index === -1 ? undefined : plans.splice(index, 1)[0];
		if (plan?.when === 'before') {
			die();
			return never();
		}
		const result = await work();
		if (plan === undefined) return result;
		die();
		return never();
	};
	const guarded = new Proxy(exchange, {
		get: (target, name) => {
			const member: unknown = Reflect.get(target, name, target);
			if (typeof member !== 'function') return member;
			return (...args: unknown[]) => {
				const work = () => Reflect.apply(member, target, args);
				// A pair is sent like an order.
				const call = name === 'submitOco' ? 'submit' : name;
				return call === 'submit' || call === 'cancel' ? strike(call, work) : work();
			};
		},
	});
	return { exchange: guarded, died, dieAt: (call: 'submit' | 'cancel', when: 'before' | 'after') => void plans.push({ call, when }) };
}

/** `FIRECONTROL_TEST_LOG=1` shows what the processes log, each line with the virtual time. */
function logging(clock: ManualVenueClock): KernelOptions {
	if (process.env['FIRECONTROL_TEST_LOG'] !== '1') return {};
	const line = (message: string, facts: unknown): void => {
		process.stderr.write(`${clock.now()} ${message} ${JSON.stringify(facts)}\n`);
	};
	return { log: { info: () => {}, warn: line, error: line } };
}

/** Opens a world. Streams go over sockets, requests go straight to the exchange. */
export async function openVenueWorld(database: TestDatabase, { futures = false } = {}): Promise<VenueWorld> {
	const clock = new ManualVenueClock(database.clock.now());
	const server = await startBinance({ clock, heartbeatMs: 0, futures });
	const { venue, ccxtId, apiUrl, streamUrl } = addressesOf(server);
	const boss = database.kernel();
	await boss.transaction(async (trx) =>
		saveVenue(trx, { name: venue, ccxtId, mode: 'live', apiUrl, streamUrl }, clock.now()),
	);
	const members = createMembers(boss, { openPaperAccount: async () => {} });
	let count = 0;
	let session = 0;
	let received = 0;
	const count1 = (): void => {
		received += 1;
	};
	const world: VenueWorld = {
		server,
		venue,
		database,
		start: ({ streams = false, reconcile = false, policy } = {}) => {
			const kernel = database.kernel({ ...logging(clock), ...(policy === undefined ? {} : { policy }) });
			const tweaks = { inProcess: true, now: () => clock.now(), onFrame: count1 };
			const { exchange: live } = ccxtOver(server, kernel, tweaks);
			const { exchange, died, dieAt } = mortal(live);
			const exchanges = exchangesOf([exchange], bookQuotes(server, clock));
			const orders = createOrders(kernel, exchanges);
			const reconciliation = reconcile ? createReconciliation(kernel, exchanges) : null;
			session += 1;
			// Comes first at every start of the engine; a retry of it is the first job's.
			const begun = reconciliation?.begin({ token: session }) ?? Promise.resolve();
			void begun.catch(() => {});
			void died.then(() => orders.endStreams());
			return { kernel, exchange, exchanges, orders, reconciliation, streams, begun, died, dieAt };
		},
		heard: async () => {
			for (let tries = 0; received < server.streams.sent && tries < 100; tries += 1) await pause(1);
			received = server.streams.sent;
			await pause(2);
		},
		leave: async (accountId) => {
			await closeClients();
			await boss.conn('account_reconciliations').where({ account_id: accountId }).delete();
			await boss.conn('accounts').where({ id: accountId }).update({ status: 'inactive' });
		},
		addAccount: async ({ commission = 'received', BNB } = {}) => {
			count += 1;
			const handle = `trader${count}`;
			const { id: memberId } = await members.upsert({ handle, tier: 'OPERATOR', zone: 'UTC', actor: 'operator' });
			const wish = { label: 'live', venue, kind: 'live', currency: 'USDT', zone: 'UTC', startBalance: decimal(10_000) } as const;
			const account = newAccount(boss, memberId, wish);
			await boss.transaction(async (trx) => insertAccount(trx, account));
			const balances = { USDT: 10_000, ...(BNB === undefined ? {} : { BNB }) };
			server.addKey({ apiKey: account.id, secret: `secret of ${account.id}`, balances, commission });
			return { memberId, accountId: account.id };
		},
		intent: ({ memberId, accountId }, wish) => {
			const { clock: time, rng } = boss;
			const price = wish.price ?? null;
			return approve({
				accountId,
				memberId,
				signalId: newId('sig', time, rng),
				ticketId: newId('tkt', time, rng),
				source: 'ema-cross',
				venue,
				symbol: wish.symbol ?? 'BTC/USDT',
				side: wish.side ?? 'buy',
				type: wish.type ?? 'market',
				quantity: decimal(wish.quantity ?? '0.01'),
				givenQuantity: null,
				price: price === null ? null : decimal(price),
				triggerPrice: wish.trigger === undefined || wish.trigger === null ? null : decimal(wish.trigger),
				referencePrice: decimal(price ?? 60_000),
				stopLoss: decimal(wish.stop ?? 59_000),
				targets: (wish.targets ?? []).map(([at, share]) => ({ price: decimal(at), share: decimal(share) })),
				risk: decimal('11.2'),
				cash: decimal('650'),
				policyVersion: boss.rules.version,
			});
		},
		create: async ({ kernel, orders }, account, wish) =>
			kernel.transaction(async (trx) => {
				const options = { reservationId: null, actor: 'node:test' };
				return (await orders.createEntry(trx, world.intent(account, wish), options)).order;
			}),
		advance: (ms) => {
			clock.advance(ms);
			database.clock.set(clock.now());
		},
		close: async () => server.close(),
	};
	return world;
}

/** Whether a job that threw this only has to be run again. */
export function passes(error: unknown): boolean {
	return error instanceof FirecontrolError && error.retryable;
}

/** Whether a job of this rhythm comes within the step that ends now. */
const due = (world: VenueWorld, every: number, seconds: number): boolean => {
	const now = world.database.clock.now();
	return Math.floor(now / (every * SECOND)) > Math.floor((now - seconds * SECOND) / (every * SECOND));
};

/** Every job of orders that the engine runs each second, after a second, and those of longer rhythm. */
export async function tick(world: VenueWorld, process: VenueProcess, seconds = 1): Promise<void> {
	const { orders, reconciliation, streams } = process;
	world.advance(seconds * SECOND);
	const jobs: (() => Promise<unknown>)[] = [];
	if (reconciliation !== null) {
		await process.begun;
		jobs.push(reconciliation.catchUp);
	}
	jobs.push(orders.dispatchDue, orders.resolveUnknown, orders.continueReplaces, orders.expireDue, orders.watch);
	if (reconciliation !== null && due(world, 10, seconds)) jobs.push(reconciliation.orders);
	if (reconciliation !== null && due(world, 30, seconds)) jobs.push(reconciliation.holdings);
	if (streams) jobs.push(orders.followStreams, world.heard);
	for (const job of jobs) {
		try {
			await job();
		} catch (error) {
			if (!passes(error)) throw error;
		}
	}
}

/** The job that runs every minute. */
export async function audit({ orders }: VenueProcess): Promise<void> {
	try {
		await orders.auditStops();
	} catch (error) {
		if (!passes(error)) throw error;
	}
}
