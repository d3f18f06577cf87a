import type { Kernel, Trx } from '../../db';
import type { AccountId } from '../../model';
import { SECOND } from '../../model';
import type { Market } from '../exchange';
import { findMarket } from '../markets';
import { paperTerms, type PaperTerms, type StoredPaperTerms } from './profile';
import { openScene, type PaperScene } from './rules';
import { arrive, isWorking, lookAt, work } from './settle';
import type { BarVolume } from './volume';
import {
	findPaperOrder, insertPaperOrder, lockPaperAccount, updatePaperOrder,
} from './paper.repository';
import type { PaperOrderRow } from './paper.table';
import type { Quote, Quotes } from '../quotes';

/** What the desk of a paper venue works with. */
export interface DeskParts {
	readonly kernel: Kernel;
	readonly venue: string;
	readonly quotes: Quotes;
	readonly markets: () => Promise<readonly Market[]>;
	readonly barVolume: BarVolume;
}

/** Terms by account. */
export type AllTerms = ReadonlyMap<AccountId, PaperTerms>;

/** The part of the paper venue that brings orders up to date. */
export class PaperDesk {
	constructor(private readonly parts: DeskParts) {}

	/** Terms of these accounts by id. */
	termsOf(accounts: readonly StoredPaperTerms[]): AllTerms {
		const { policy } = this.parts.kernel.rules;
		return new Map(accounts.map((row) => [row.account_id, paperTerms(row, policy)]));
	}

	/** What the venue sees of a symbol now; never call it inside a transaction. */
	async scene(symbol: string, withVolume: boolean, at: number): Promise<PaperScene> {
		const { venue, barVolume } = this.parts;
		const markets = await this.parts.markets();
		const market = findMarket(markets, symbol);
		const quote = market === null ? null : await this.#freshQuote(market.symbol);
		const volume = withVolume && market !== null ? await barVolume(venue, market.symbol, at) : null;
		return { market, markets, quote, barVolume: volume, at };
	}

	/**
	 * The order comes to the venue, unless it has: `sent` is stored where it is new. Gives the order
	 * as it is now; one and the same for everybody who asks under one client order id.
	 */
	async deliver(sent: PaperOrderRow, scene: PaperScene): Promise<PaperOrderRow> {
		const { kernel } = this.parts;
		return kernel.transaction(async (trx) => {
			const account = await lockPaperAccount(trx, sent.account_id);
			const known = await findPaperOrder(trx, sent.account_id, sent.client_order_id);
			if (known !== null && known.state !== 'IN_FLIGHT') return known;
			const terms = paperTerms(account, kernel.rules.policy);
			const row = await arrive(trx, known ?? sent, scene, terms);
			if (known === null) await insertPaperOrder(trx, row);
			else await updatePaperOrder(trx, row, row);
			return row;
		});
	}

	/** Looks at orders as of `now`, one quote a symbol; whether any of them changed. */
	async lookAt(rows: readonly PaperOrderRow[], all: AllTerms, now: number): Promise<boolean> {
		const scenes = new Map<string, PaperScene>();
		let changed = false;
		for (const row of rows) {
			const terms = all.get(row.account_id);
			if (terms === undefined) continue;
			const { symbol } = row;
			const scene = scenes.get(symbol) ?? (await this.scene(symbol, realistic(all), now));
			scenes.set(symbol, scene);
			if (!isDue(row, scene, terms)) continue;
			changed = (await this.#bringUp(row, scene)) || changed;
		}
		return changed;
	}

	async #bringUp(seen: PaperOrderRow, scene: PaperScene): Promise<boolean> {
		if (seen.state === 'IN_FLIGHT') {
			await this.deliver(seen, scene);
			return true;
		}
		const { kernel } = this.parts;
		return kernel.transaction(async (trx: Trx) => {
			const account = await lockPaperAccount(trx, seen.account_id);
			const row = await findPaperOrder(trx, seen.account_id, seen.client_order_id);
			if (row === null || !isWorking(row)) return true;
			const after = await work(trx, row, scene, paperTerms(account, kernel.rules.policy));
			if (after === row) return false;
			await updatePaperOrder(trx, row, after);
			return true;
		});
	}

	/** Null when there is none or it is too old: the venue never fills at a price nobody offers. */
	async #freshQuote(symbol: string): Promise<Quote | null> {
		const { kernel, quotes, venue } = this.parts;
		const quote = await quotes.quote(venue, symbol);
		if (quote === null) return null;
		const age = kernel.clock.now() - quote.at;
		return age > kernel.rules.policy.risk.quoteFreshSeconds * SECOND ? null : quote;
	}
}

const realistic = (all: AllTerms): boolean =>
	[...all.values()].some(({ model }) => model === 'realistic');

/** Whether anything can happen to the order now; asked before a transaction is opened for it. */
function isDue(row: PaperOrderRow, scene: PaperScene, terms: PaperTerms): boolean {
	if (row.state === 'IN_FLIGHT') return row.arrives_at === null || row.arrives_at <= scene.at;
	if (!isWorking(row)) return false;
	if (row.cancel_at !== null && row.cancel_at <= scene.at) return true;
	const open = openScene(scene, terms);
	return open !== null && lookAt(row, open, terms, true).kind !== 'rests';
}
