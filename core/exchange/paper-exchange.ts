import type { Kernel, Trx } from '../db';
import type { AccountId, Decimal } from '../model';
import { decimal, SECOND, ZERO } from '../model';
import type {
	CancelReport, Exchange, Market, OrderRef, PastQuery, SubmitReport, SubmitRequest,
	VenueCapabilities, VenueFill, VenueOrder, VenueRejection, VenueReport,
} from './exchange';
import { findMarket } from './markets';
import { paperCapabilities } from './paper-capabilities';
import { execute } from './paper-books';
import { look, refuseRequest, takerPrice, type Look } from './paper-matching';
import { shortfall } from './paper-funds';
import {
	findPaperOrder, insertPaperOrder, lockPaperAccount, paperFillsSince, paperOrdersSince, readBalances,
	readReports, updatePaperOrder, workingPaperOrders,
} from './paper.repository';
import {
	newPaperOrderRow, toVenueFill, toVenueOrder, type PaperFillRow, type PaperOrderRow,
} from './paper.table';
import type { Quote, Quotes } from './quotes';

/** Name of the built-in venue. */
export const PAPER_VENUE = 'paper';

const NO_MARKET: VenueRejection = {
	kind: 'rejected',
	code: 'SYMBOL_UNKNOWN',
	message: 'The venue does not list this symbol.',
};

/** What the paper venue is made of besides its books. */
export interface PaperParts {
	readonly quotes: Quotes;
	readonly markets: readonly Market[];
}

class PaperExchange implements Exchange {
	readonly venue = PAPER_VENUE;
	readonly capabilities: VenueCapabilities;

	readonly #kernel: Kernel;
	readonly #parts: PaperParts;
	readonly #slippage: Decimal;

	constructor(kernel: Kernel, parts: PaperParts) {
		this.#kernel = kernel;
		this.#parts = parts;
		this.capabilities = paperCapabilities(kernel.rules.policy);
		this.#slippage = decimal(kernel.rules.policy.paper.slippageBasisPoints);
	}

	async markets(): Promise<readonly Market[]> {
		return this.#parts.markets;
	}

	async resolve(symbolText: string): Promise<Market | null> {
		return findMarket(this.#parts.markets, symbolText);
	}

	isOpen(): boolean {
		return true;
	}

	async submit(accountId: AccountId, request: SubmitRequest): Promise<SubmitReport> {
		const market = await this.resolve(request.symbol);
		const quote = market === null ? null : await this.#freshQuote(market.symbol);
		return this.#kernel.transaction(async (trx) => {
			await lockPaperAccount(trx, accountId);
			const first = await findPaperOrder(trx, accountId, request.clientOrderId);
			if (first !== null) return this.#answerAgain(trx, first);
			const balances = await readBalances(trx, accountId);
			const refusal = await this.#refuse(trx, accountId, request, market, quote, balances);
			const row = newPaperOrderRow(accountId, request, refusal, this.#kernel.clock.now());
			if (market === null || quote === null || refusal !== null) {
				await insertPaperOrder(trx, row);
				return refusal ?? NO_MARKET;
			}
			return this.#take(trx, row, market, quote, balances);
		});
	}

	async cancel(accountId: AccountId, clientOrderId: string, symbol: string): Promise<CancelReport> {
		const known = await this.lookup(accountId, clientOrderId, symbol);
		if (known === null) {
			return { kind: 'rejected', code: 'ORDER_NOT_FOUND', message: 'There is no such order.' };
		}
		return this.#kernel.transaction(async (trx): Promise<CancelReport> => {
			await lockPaperAccount(trx, accountId);
			const row = await findPaperOrder(trx, accountId, clientOrderId);
			if (row === null || (row.state !== 'OPEN' && row.state !== 'TRIGGERED')) {
				const state = row?.state ?? 'unknown';
				return { kind: 'rejected', code: 'ORDER_NOT_OPEN', message: `The order is ${state}.` };
			}
			const change = { state: 'CANCELLED', updated_at: this.#kernel.clock.now() } as const;
			await updatePaperOrder(trx, row, change);
			return { kind: 'cancelled', order: toVenueOrder({ ...row, ...change }), fills: [] };
		});
	}

	async lookup(
		accountId: AccountId,
		clientOrderId: string,
		symbol: string,
	): Promise<VenueReport | null> {
		const [report] = await this.reports([{ accountId, clientOrderId, symbol }]);
		return report ?? null;
	}

	async reports(refs: readonly OrderRef[]): Promise<readonly VenueReport[]> {
		const ids = refs.map((ref) => ref.clientOrderId);
		const owners = new Set(refs.map((ref) => `${ref.accountId}|${ref.clientOrderId}`));
		const mine = (row: PaperOrderRow): boolean =>
			owners.has(`${row.account_id}|${row.client_order_id}`);
		const before = (await readReports(this.#kernel.conn, ids)).filter(({ row }) => mine(row));
		const working = before.map(({ row }) => row)
			.filter((row) => row.state === 'OPEN' || row.state === 'TRIGGERED');
		if (!(await this.#matchAll(working))) return before.map(({ report }) => report);
		const after = await readReports(this.#kernel.conn, ids);
		return after.filter(({ row }) => mine(row)).map(({ report }) => report);
	}

	async openOrders(accountId: AccountId): Promise<VenueReport['order'][]> {
		await this.#matchAll(await workingPaperOrders(this.#kernel.conn, accountId));
		return (await workingPaperOrders(this.#kernel.conn, accountId)).map(toVenueOrder);
	}

	async balances(accountId: AccountId): Promise<Readonly<Record<string, Decimal>>> {
		return Object.fromEntries(await readBalances(this.#kernel.conn, accountId));
	}

	async recentOrders(accountId: AccountId, query: PastQuery): Promise<VenueOrder[]> {
		await this.#matchAll(await workingPaperOrders(this.#kernel.conn, accountId));
		return (await paperOrdersSince(this.#kernel.conn, accountId, query)).map(toVenueOrder);
	}

	async fills(accountId: AccountId, query: PastQuery): Promise<VenueFill[]> {
		return (await paperFillsSince(this.#kernel.conn, accountId, query)).map(toVenueFill);
	}

	async positions(): Promise<null> {
		return null;
	}

	/** Null when there is none or it is too old: the venue never fills at a price nobody offers. */
	async #freshQuote(symbol: string): Promise<Quote | null> {
		const quote = await this.#parts.quotes.quote(PAPER_VENUE, symbol);
		if (quote === null) return null;
		const age = this.#kernel.clock.now() - quote.at;
		return age > this.#kernel.rules.policy.risk.quoteFreshSeconds * SECOND ? null : quote;
	}

	/** Takes a new order: executed at once, woken, or resting. */
	async #take(
		trx: Trx,
		row: PaperOrderRow,
		market: Market,
		quote: Quote,
		balances: ReadonlyMap<string, Decimal>,
	): Promise<SubmitReport> {
		const seen = this.#look(row, market, quote);
		if (seen.kind !== 'executes') {
			const resting: PaperOrderRow = { ...row, state: seen.kind === 'rests' ? 'OPEN' : 'TRIGGERED' };
			await insertPaperOrder(trx, resting);
			return { kind: 'accepted', order: toVenueOrder(resting), fills: [] };
		}
		const fill = await this.#execute(trx, row, market, seen.price, balances);
		// A stop that wakes at once at a price beyond what the account can pay.
		const state = fill === null ? 'CANCELLED' : 'FILLED';
		const taken: PaperOrderRow = { ...row, state, filled_quantity: fill?.quantity ?? ZERO };
		await insertPaperOrder(trx, taken);
		const fills = fill === null ? [] : [toVenueFill(fill)];
		return { kind: 'accepted', order: toVenueOrder(taken), fills };
	}

	async #execute(
		trx: Trx,
		row: PaperOrderRow,
		market: Market,
		price: Decimal,
		balances: ReadonlyMap<string, Decimal>,
	): Promise<PaperFillRow | null> {
		const feePercent = this.capabilities.takerFeePercent;
		const now = this.#kernel.clock.now();
		return execute(trx, { row, market, price, feePercent, balances, now });
	}

	async #refuse(
		trx: Trx,
		accountId: AccountId,
		request: SubmitRequest,
		market: Market | null,
		quote: Quote | null,
		balances: ReadonlyMap<string, Decimal>,
	): Promise<VenueRejection | null> {
		if (market === null) {
			return NO_MARKET;
		}
		if (quote === null) {
			const message = `Nobody offers a price for ${market.symbol} now.`;
			return { kind: 'rejected', code: 'NO_LIQUIDITY', message };
		}
		const reference =
			request.price ??
			request.triggerPrice ??
			takerPrice(request.side, quote, this.#slippage, market.priceTick);
		const refusal = refuseRequest(market, request, reference);
		if (refusal !== null) return refusal;
		const working = await workingPaperOrders(trx, accountId);
		const feePercent = this.capabilities.takerFeePercent;
		return shortfall({ market, markets: this.#parts.markets, request, reference, feePercent, balances, working });
	}

	async #answerAgain(trx: Trx, row: PaperOrderRow): Promise<SubmitReport> {
		const found = await readReports(trx, [row.client_order_id]);
		const own = found.find((each) => each.row.account_id === row.account_id);
		if (own === undefined || own.row.state === 'REJECTED') {
			const code = own?.row.code ?? 'REJECTED';
			return { kind: 'rejected', code, message: own?.row.message ?? 'Rejected.' };
		}
		return { kind: 'accepted', ...own.report };
	}

	/** Looks at working orders, one quote a symbol; whether any of them changed. */
	async #matchAll(working: readonly PaperOrderRow[]): Promise<boolean> {
		const quotes = new Map<string, Quote | null>();
		let changed = false;
		for (const row of working) {
			const market = await this.resolve(row.symbol);
			if (market === null) continue;
			if (!quotes.has(row.symbol)) quotes.set(row.symbol, await this.#freshQuote(row.symbol));
			const quote = quotes.get(row.symbol) ?? null;
			if (quote === null || this.#look(row, market, quote).kind === 'rests') continue;
			await this.#kernel.transaction(async (trx) => {
				await lockPaperAccount(trx, row.account_id);
				const now = await findPaperOrder(trx, row.account_id, row.client_order_id);
				if (now !== null) await this.#match(trx, now, market, quote);
			});
			changed = true;
		}
		return changed;
	}

	#look(row: PaperOrderRow, market: Market, quote: Quote): Look {
		const order = toVenueOrder(row);
		const matchable = { ...order, triggered: row.state === 'TRIGGERED' };
		return look(matchable, quote, this.#slippage, market.priceTick);
	}

	async #match(trx: Trx, row: PaperOrderRow, market: Market, quote: Quote): Promise<void> {
		if (row.state !== 'OPEN' && row.state !== 'TRIGGERED') return;
		const seen = this.#look(row, market, quote);
		const now = this.#kernel.clock.now();
		if (seen.kind === 'rests') return;
		if (seen.kind === 'triggers') {
			await updatePaperOrder(trx, row, { state: 'TRIGGERED', updated_at: now });
			return;
		}
		const balances = await readBalances(trx, row.account_id);
		const fill = await this.#execute(trx, row, market, seen.price, balances);
		await updatePaperOrder(trx, row, {
			state: fill === null ? 'CANCELLED' : 'FILLED',
			filled_quantity: fill?.quantity ?? row.filled_quantity,
			updated_at: now,
		});
	}
}

/** The built-in venue: durable books in our database, prices from `quotes`, no network. */
export function createPaperExchange(kernel: Kernel, parts: PaperParts): Exchange {
	return new PaperExchange(kernel, parts);
}
