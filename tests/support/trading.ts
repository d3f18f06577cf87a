import type { Kernel, KernelOptions } from '../../core/db';
import {
	createExchanges, exchangesOf, openPaperAccount, type Bars, type Exchange, type Exchanges,
	type VenueCapabilities,
} from '../../core/exchange';
import { createMembers } from '../../core/members';
import {
	decimal, markAs, newId, type AccountId, type DecimalInput, type MemberId, type OrderType,
	type RiskApproved, type Side, type SignalId, type TicketId, type Tier,
} from '../../core/model';
import {
	createOrders, type EntryTerms, type Order, type OrderIntent, type Orders,
} from '../../core/orders';
import type { TestDatabase } from './databases';
import { FaultyExchange } from './faulty-exchange';
import { ScriptedQuotes } from './scripted-quotes';

const approve = markAs<'RiskApproved'>();

/** One process over a database: services of its own, a venue line of its own. */
export interface TradingProcess {
	readonly kernel: Kernel;
	readonly venue: FaultyExchange;
	readonly exchanges: Exchanges;
	readonly orders: Orders;
}

/** What an entry of a test differs in. */
export interface EntryWish {
	readonly symbol?: string;
	readonly side?: Side;
	readonly type?: OrderType;
	readonly terms?: EntryTerms;
	readonly quantity?: DecimalInput;
	readonly price?: DecimalInput | null;
	readonly trigger?: DecimalInput | null;
	readonly stop?: DecimalInput;
	readonly targets?: readonly (readonly [price: DecimalInput, share: DecimalInput])[];
	readonly source?: string;
	readonly ticketId?: TicketId;
	readonly signalId?: SignalId;
	readonly risk?: DecimalInput;
	readonly cash?: DecimalInput;
	readonly accountId?: AccountId;
	readonly memberId?: MemberId;
}

/** A database with one OPERATOR member and one paper account, and processes that trade on it. */
export interface Trading extends TradingProcess {
	readonly database: TestDatabase;
	readonly quotes: ScriptedQuotes;
	readonly memberId: MemberId;
	readonly accountId: AccountId;
	/** Another process over the same database, as after a restart. */
	restart(capabilities?: Partial<VenueCapabilities>): TradingProcess;
	addMember(handle: string, tier?: Tier): Promise<{ memberId: MemberId; accountId: AccountId }>;
	intent(wish?: EntryWish): RiskApproved<OrderIntent>;
	/** Writes an entry as the fire modes do; not sent. */
	create(wish?: EntryWish, process?: TradingProcess): Promise<Order>;
	/** Writes and sends an entry, a second after the one before. */
	enter(wish?: EntryWish, process?: TradingProcess): Promise<Order>;
}

export interface TradingOptions {
	readonly kernel?: KernelOptions;
	readonly balance?: DecimalInput;
	readonly zone?: string;
	readonly tier?: Tier;
	/** What every process' venue claims to be able to, besides what the paper venue can. */
	readonly capabilities?: Partial<VenueCapabilities>;
	readonly bars?: Bars;
	/** The account of a trading that another process has opened on this database. */
	readonly existing?: { readonly memberId: MemberId; readonly accountId: AccountId };
}

function processOn(
	database: TestDatabase,
	quotes: ScriptedQuotes,
	options: KernelOptions,
	capabilities: Partial<VenueCapabilities>,
	bars?: Bars,
): TradingProcess {
	const kernel = database.kernel(options);
	const paper: Exchange = createExchanges(kernel, { quotes }).for('paper');
	const venue = new FaultyExchange(paper, capabilities);
	const exchanges = exchangesOf([venue], quotes, bars);
	return { kernel, venue, exchanges, orders: createOrders(kernel, exchanges) };
}

export async function openTrading(
	database: TestDatabase,
	options: TradingOptions = {},
): Promise<Trading> {
	const quotes = new ScriptedQuotes(database.clock);
	quotes.set('BTC/USDT', 60_000);
	quotes.set('ETH/USDT', 3_000);
	quotes.set('SOL/USDT', 150);
	const claims = options.capabilities ?? {};
	const first = processOn(database, quotes, options.kernel ?? {}, claims, options.bars);
	const members = createMembers(first.kernel, { openPaperAccount });
	const addMember: Trading['addMember'] = async (handle, tier = options.tier ?? 'OPERATOR') => {
		const balance = decimal(options.balance ?? 10_000);
		const zone = options.zone ?? 'UTC';
		const paperAccount = { balance, currency: 'USDT', zone };
		const member = await members.upsert({ handle, tier, zone, paperAccount, actor: 'operator' });
		const [account] = member.accounts;
		if (account === undefined) throw new Error('no account');
		return { memberId: member.id, accountId: account.id };
	};
	const { memberId, accountId } = options.existing ?? (await addMember('trader'));
	const intent: Trading['intent'] = (wish = {}) => {
		const { clock, rng } = first.kernel;
		const symbol = wish.symbol ?? 'BTC/USDT';
		const price = wish.price ?? null;
		return approve({
			accountId: wish.accountId ?? accountId,
			memberId: wish.memberId ?? memberId,
			signalId: wish.signalId ?? newId('sig', clock, rng),
			ticketId: wish.ticketId ?? newId('tkt', clock, rng),
			source: wish.source ?? 'ema-cross',
			venue: 'paper',
			symbol,
			side: wish.side ?? 'buy',
			type: wish.type ?? 'market',
			quantity: decimal(wish.quantity ?? '0.01'),
			givenQuantity: null,
			price: price === null ? null : decimal(price),
			triggerPrice: wish.trigger === undefined || wish.trigger === null ? null : decimal(wish.trigger),
			referencePrice: decimal(price ?? 60_000),
			stopLoss: decimal(wish.stop ?? 59_000),
			targets: (wish.targets ?? [[62_500, 1]]).map(([at, share]) => ({
				price: decimal(at),
				share: decimal(share),
			})),
			risk: decimal(wish.risk ?? '11.2'),
			cash: decimal(wish.cash ?? '650'),
			policyVersion: first.kernel.rules.version,
		});
	};
	const create: Trading['create'] = async (wish = {}, process = first) =>
		process.kernel.transaction(async (trx) => {
			const terms = wish.terms === undefined ? {} : { terms: wish.terms };
			const how = { reservationId: null, actor: 'node:test', ...terms };
			return (await process.orders.createEntry(trx, intent(wish), how)).order;
		});
	return {
		...first,
		database,
		quotes,
		memberId,
		accountId,
		addMember,
		intent,
		create,
		restart: (capabilities = {}) => 
			processOn(database, quotes, options.kernel ?? {}, { ...claims, ...capabilities }, options.bars),
		enter: async (wish = {}, process = first) => {
			const order = await create(wish, process);
			database.clock.set(Math.max(database.clock.now(), order.sendAfter));
			return process.orders.dispatch(order.id);
		},
	};
}
