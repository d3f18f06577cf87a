import type { Kernel } from '../../db';
import type { AccountId, Decimal } from '../../model';
import { SECOND, ZERO } from '../../model';
import type {
	CancelReport, Exchange, Market, OrderRef, PastQuery, SubmitReport, SubmitRequest,
	VenueCapabilities, VenueFill, VenueOrder, VenueReport,
} from '../exchange';
import { ambiguousOutcome } from '../exchange.errors';
import { findMarket } from '../markets';
import { paperCapabilities } from './capabilities';
import { PaperDesk, type AllTerms } from './desk';
import { isVenueDown, tellsNothing, tellsTwice, voyage } from './faults';
import { paperTerms, type PaperTerms } from './profile';
import { isWorking } from './settle';
import { PAPER_VENUE } from './source';
import { systemSleep, type BarVolume, type Sleep } from './volume';
import {
	findPaperOrder, getPaperAccount, insertPaperOrder, livingPaperOrders, lockPaperAccount,
	paperFillsSince, paperOrdersSince, readBalances, readReports, updatePaperOrder, workingPaperOrders,
	type PaperFinding,
} from './paper.repository';
import { newPaperOrderRow, toVenueFill, toVenueOrder, type PaperOrderRow } from './paper.table';
import type { Quotes } from '../quotes';

/** What the paper venue is made of besides its books. */
export interface PaperParts {
	readonly quotes: Quotes;
	readonly markets: readonly Market[] | (() => Promise<readonly Market[]>);
	/** `paper` unless its quotes come from elsewhere than the demo market. */
	readonly venue?: string;
	/** Of the source of its quotes; assumed by the policy where there is none. */
	readonly barVolume?: BarVolume;
	readonly sleep?: Sleep;
}

const lost = (what: string) =>
	ambiguousOutcome(`${what} (the fault profile of the paper account says so).`);

class PaperExchange implements Exchange {
	readonly venue: string;
	readonly capabilities: VenueCapabilities;

	readonly #kernel: Kernel;
	readonly #markets: () => Promise<readonly Market[]>;
	readonly #sleep: Sleep;
	readonly #desk: PaperDesk;

	constructor(kernel: Kernel, parts: PaperParts) {
		const { markets, quotes, venue = PAPER_VENUE, barVolume = async () => null } = parts;
		this.venue = venue;
		this.#kernel = kernel;
		this.#markets = typeof markets === 'function' ? markets : async () => markets;
		this.#sleep = parts.sleep ?? systemSleep;
		this.#desk = new PaperDesk({ kernel, venue, quotes, barVolume, markets: this.#markets });
		this.capabilities = paperCapabilities(kernel.rules.policy);
	}

	async markets(): Promise<readonly Market[]> {
		return this.#markets();
	}

	async resolve(symbolText: string): Promise<Market | null> {
		return findMarket(await this.#markets(), symbolText);
	}

	isOpen(): boolean {
		return true;
	}

	async submit(accountId: AccountId, request: SubmitRequest): Promise<SubmitReport> {
		const terms = await this.#terms(accountId);
		const now = this.#kernel.clock.now();
		const { clientOrderId, symbol } = request;
		const { down, lost: loses, latencyMs } = voyage(terms, clientOrderId, 'submit', now);
		if (down) throw lost('The venue cannot be reached');
		if (loses === 'request') throw lost('The request was lost on its way');
		const arrivesAt = now + latencyMs;
		const sent = newPaperOrderRow(accountId, request, now, latencyMs === 0 ? null : arrivesAt);
		if (latencyMs > 0) await this.#travel(sent, latencyMs, terms);
		const at = Math.max(arrivesAt, this.#kernel.clock.now());
		const scene = await this.#desk.scene(symbol, terms.model === 'realistic', at);
		const row = await this.#desk.deliver(sent, scene);
		if (loses === 'answer') throw lost('The answer was lost on its way');
		return this.#answer(row, terms);
	}

	/** Stores the order on its way, so that it arrives whatever becomes of its sender, and waits. */
	async #travel(sent: PaperOrderRow, latencyMs: number, terms: PaperTerms): Promise<void> {
		await this.#kernel.transaction(async (trx) => {
			await lockPaperAccount(trx, sent.account_id);
			const known = await findPaperOrder(trx, sent.account_id, sent.client_order_id);
			if (known === null) await insertPaperOrder(trx, sent);
		});
		const patience = terms.policy.answerSeconds * SECOND;
		await this.#sleep(Math.min(latencyMs, patience));
		if (latencyMs > patience) throw lost('No answer came in time');
	}

	async #answer(row: PaperOrderRow, terms: PaperTerms): Promise<SubmitReport> {
		if (row.state === 'REJECTED') {
			const { code, message } = row;
			return { kind: 'rejected', code: code ?? 'REJECTED', message: message ?? 'Rejected.' };
		}
		if (tellsNothing(terms, row.client_order_id, this.#kernel.clock.now())) {
			const order = { ...toVenueOrder(row), state: 'OPEN', filledQuantity: ZERO } as const;
			return { kind: 'accepted', order, fills: [] };
		}
		return { kind: 'accepted', ...(await this.#stored(row, terms)) };
	}

	async cancel(accountId: AccountId, clientOrderId: string, symbol: string): Promise<CancelReport> {
		const terms = await this.#terms(accountId);
		const now = this.#kernel.clock.now();
		const { down, lost: loses, latencyMs } = voyage(terms, clientOrderId, `cancel|${now}`, now);
		if (down) throw lost('The venue cannot be reached');
		if (loses === 'request') throw lost('The cancel was lost on its way');
		const known = await this.lookup(accountId, clientOrderId, symbol);
		if (known === null) {
			return { kind: 'rejected', code: 'ORDER_NOT_FOUND', message: `There is no order ${clientOrderId}.` };
		}
		const at = now + latencyMs;
		await this.#markCancel(accountId, clientOrderId, at);
		if (latencyMs > 0) await this.#sleep(latencyMs);
		const report = await this.#cancelled(terms, clientOrderId, at);
		if (loses === 'answer') throw lost('The answer to the cancel was lost on its way');
		return report;
	}

	/** The cancel is on its way: the first look after its time ends the order. */
	async #markCancel(accountId: AccountId, clientOrderId: string, at: number): Promise<void> {
		await this.#kernel.transaction(async (trx) => {
			await lockPaperAccount(trx, accountId);
			const row = await findPaperOrder(trx, accountId, clientOrderId);
			if (row === null || !isWorking(row) || row.cancel_at !== null) return;
			await updatePaperOrder(trx, row, { cancel_at: at });
		});
	}

	async #cancelled(terms: PaperTerms, clientOrderId: string, at: number): Promise<CancelReport> {
		const { accountId } = terms;
		const before = await findPaperOrder(this.#kernel.conn, accountId, clientOrderId);
		const over = before === null || !isWorking(before);
		const all = new Map([[accountId, terms]]);
		if (!over) await this.#desk.lookAt([before], all, Math.max(at, before.cancel_at ?? at));
		const row = over ? before : await findPaperOrder(this.#kernel.conn, accountId, clientOrderId);
		if (row === null || over || row.state !== 'CANCELLED') {
			const state = row?.state ?? 'unknown';
			return { kind: 'rejected', code: 'ORDER_NOT_OPEN', message: `The order is ${state}.` };
		}
		return { kind: 'cancelled', ...(await this.#stored(row, terms)) };
	}

	async lookup(
		accountId: AccountId,
		clientOrderId: string,
		symbol: string,
	): Promise<VenueReport | null> {
		await this.#reachable(accountId);
		const [report] = await this.reports([{ accountId, clientOrderId, symbol }]);
		return report ?? null;
	}

	async reports(refs: readonly OrderRef[]): Promise<readonly VenueReport[]> {
		const now = this.#kernel.clock.now();
		const ids = refs.map((ref) => ref.clientOrderId);
		const owners = new Set(refs.map((ref) => `${ref.accountId}|${ref.clientOrderId}`));
		const read = async (): Promise<PaperFinding[]> =>
			(await readReports(this.#kernel.conn, ids)).filter(({ row }) =>
				owners.has(`${row.account_id}|${row.client_order_id}`),
			);
		const before = await read();
		const terms = this.#desk.termsOf(before.map(({ account }) => account));
		// Accounts whose venue is down keep nobody else's orders from being told of.
		const reached = ({ row }: PaperFinding): boolean => {
			const own = terms.get(row.account_id);
			return own !== undefined && !isVenueDown(own, now);
		};
		const rows = before.filter(reached).map(({ row }) => row);
		const after = (await this.#desk.lookAt(rows, terms, now)) ? await read() : before;
		return after
			.filter((found) => reached(found) && found.row.state !== 'IN_FLIGHT')
			.map((found) => this.#told(found, terms));
	}

	/** The report as the account hears it. */
	#told({ row, report }: PaperFinding, all: AllTerms): VenueReport {
		const terms = all.get(row.account_id);
		const now = this.#kernel.clock.now();
		if (terms === undefined || !tellsTwice(terms, row.client_order_id, now)) return report;
		return { ...report, fills: report.fills.flatMap((fill) => [fill, fill]) };
	}

	/** What the venue tells of one order as it is stored, without a look at the market. */
	async #stored(row: PaperOrderRow, terms: PaperTerms): Promise<VenueReport> {
		const order = toVenueOrder(row);
		if (row.fills === 0) return { order, fills: [] };
		const all = await readReports(this.#kernel.conn, [row.client_order_id]);
		const found = all.find((each) => each.row.account_id === row.account_id);
		if (found === undefined) return { order, fills: [] };
		return { ...this.#told(found, new Map([[row.account_id, terms]])), order };
	}

	async openOrders(accountId: AccountId, symbols?: readonly string[]): Promise<VenueOrder[]> {
		await this.#bringUp(accountId);
		const open = (await workingPaperOrders(this.#kernel.conn, accountId)).map(toVenueOrder);
		return open.filter(({ symbol }) => symbols === undefined || symbols.includes(symbol));
	}

	async balances(accountId: AccountId): Promise<Readonly<Record<string, Decimal>>> {
		await this.#reachable(accountId);
		return Object.fromEntries(await readBalances(this.#kernel.conn, accountId));
	}

	async takerFee(accountId: AccountId): Promise<Decimal> {
		return (await this.#terms(accountId)).feePercent;
	}

	async recentOrders(accountId: AccountId, query: PastQuery): Promise<VenueOrder[]> {
		await this.#bringUp(accountId);
		return (await paperOrdersSince(this.#kernel.conn, accountId, query)).map(toVenueOrder);
	}

	async fills(accountId: AccountId, query: PastQuery): Promise<VenueFill[]> {
		await this.#reachable(accountId);
		return (await paperFillsSince(this.#kernel.conn, accountId, query)).map(toVenueFill);
	}

	async positions(): Promise<null> {
		return null;
	}

	async #terms(accountId: AccountId): Promise<PaperTerms> {
		const row = await getPaperAccount(this.#kernel.conn, accountId);
		return paperTerms(row, this.#kernel.rules.policy);
	}

	/** @throws FirecontrolError `VENUE_AMBIGUOUS` during an outage of a rehearsal */
	async #reachable(accountId: AccountId): Promise<PaperTerms> {
		const terms = await this.#terms(accountId);
		if (isVenueDown(terms, this.#kernel.clock.now())) throw lost('The venue cannot be reached');
		return terms;
	}

	async #bringUp(accountId: AccountId): Promise<void> {
		const terms = await this.#reachable(accountId);
		const rows = await livingPaperOrders(this.#kernel.conn, accountId);
		await this.#desk.lookAt(rows, new Map([[accountId, terms]]), this.#kernel.clock.now());
	}
}

/** A built-in venue: durable books in our database, prices from `quotes`, no network of its own. */
export function createPaperExchange(kernel: Kernel, parts: PaperParts): Exchange {
	return new PaperExchange(kernel, parts);
}
