import type { Kernel } from '../../../core/db';
import { exchangesOf, type Exchange, type Exchanges } from '../../../core/exchange';
import { createMembers, insertAccount, newAccount, saveVenue } from '../../../core/members';
import {
	decimal, FirecontrolError, markAs, newId, SECOND, type AccountId, type MemberId, type RiskApproved,
} from '../../../core/model';
import { createOrders, type Order, type OrderIntent, type Orders } from '../../../core/orders';
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
	/** The process dies at its next request of this kind: before it leaves, or before its answer. */
	dieAt(call: 'submit' | 'cancel', when: 'before' | 'after'): void;
	/** Resolves when it has died: nothing that it was doing ever goes on. */
	readonly died: Promise<void>;
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
	start(): VenueProcess;
	addAccount(options?: { readonly commission?: CommissionMode; readonly BNB?: string }): Promise<VenueAccount>;
	intent(account: VenueAccount, wish: EntryWish): RiskApproved<OrderIntent>;
	create(process: VenueProcess, account: VenueAccount, wish: EntryWish): Promise<Order>;
	/** Moves the clocks of exchange and processes. */
	advance(ms: number): void;
	close(): Promise<void>;
}

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
				return name === 'submit' || name === 'cancel' ? strike(name, work) : work();
			};
		},
	});
	return { exchange: guarded, died, dieAt: (call: 'submit' | 'cancel', when: 'before' | 'after') => void plans.push({ call, when }) };
}

/** Opens a world. With `streams` the exchange listens for WebSockets; requests never use sockets. */
export async function openVenueWorld(database: TestDatabase, { streams = false } = {}): Promise<VenueWorld> {
	const clock = new ManualVenueClock(database.clock.now());
	const server = await startBinance({ clock, heartbeatMs: 0 });
	const { venue, apiUrl, streamUrl } = addressesOf(server);
	const boss = database.kernel();
	await boss.transaction(async (trx) =>
		saveVenue(trx, { name: venue, ccxtId: 'binance', mode: 'live', apiUrl, streamUrl }, clock.now()),
	);
	const members = createMembers(boss, { openPaperAccount: async () => {} });
	let count = 0;
	const world: VenueWorld = {
		server,
		venue,
		database,
		start: () => {
			const kernel = database.kernel();
			const { exchange: live } = ccxtOver(server, kernel, { inProcess: true, now: () => clock.now() });
			const quiet = new Proxy(live, {
				get: (target, name) => {
					if (name === 'subscribe' && !streams) return undefined;
					const member: unknown = Reflect.get(target, name, target);
					return typeof member === 'function' ? member.bind(target) : member;
				},
			});
			const { exchange, died, dieAt } = mortal(quiet);
			const exchanges = exchangesOf([exchange], bookQuotes(server));
			return { kernel, exchange, exchanges, orders: createOrders(kernel, exchanges), died, dieAt };
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

/** Every job of orders that the engine runs each second, after a second. */
export async function tick(world: VenueWorld, { orders }: VenueProcess, seconds = 1): Promise<void> {
	world.advance(seconds * SECOND);
	const jobs = [orders.dispatchDue, orders.resolveUnknown, orders.continueReplaces, orders.expireDue, orders.watch];
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
