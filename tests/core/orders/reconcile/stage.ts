import { ambiguousOutcome, type SubmitRequest } from '../../../../core/exchange';
import { findAccount } from '../../../../core/members';
import { add, decimal, sha256, type AccountId, type DecimalInput } from '../../../../core/model';
import {
	cashAdjustments, createReconciliation, listIssues, type Reconciliation,
} from '../../../../core/orders';
import type { TestDatabase } from '../../../support/databases';
import { openTrading, type Trading, type TradingOptions } from '../../../support/trading';

/** A trader, the venue's own books to tamper with, and the engine's comparing jobs. */
export interface Stage extends Trading {
	readonly reconciliation: Reconciliation;
	/** The venue's balance of an asset changes by somebody else's hand. */
	move(asset: string, amount: DecimalInput): Promise<void>;
	/** Somebody orders at the venue by hand. */
	byHand(request: Partial<SubmitRequest> & Pick<SubmitRequest, 'clientOrderId'>): Promise<void>;
	/** Compares everything; a minute passes first. */
	look(): ReturnType<Reconciliation['run']>;
	/** Compares until nothing differs, ten times at most. */
	settle(): Promise<number>;
	/** The account counts as one at a real venue. */
	goLive(accountId?: AccountId): Promise<void>;
}

export async function openStage(database: TestDatabase, options: TradingOptions = {}): Promise<Stage> {
	const trading = await openTrading(database, options);
	const { kernel, exchanges, venue, accountId } = trading;
	const reconciliation = createReconciliation(kernel, exchanges);
	const look: Stage['look'] = async () => {
		database.clock.advance(60_000);
		trading.quotes.set('BTC/USDT', 60_000);
		return reconciliation.run({ accountId: null, actor: 'operator' });
	};
	return {
		...trading,
		reconciliation,
		look,
		move: async (asset, amount) => {
			const key = { account_id: accountId, asset };
			const row = await kernel.conn('paper_balances').where(key).first();
			const total = add(row?.total ?? 0, amount);
			await kernel.conn('paper_balances').insert({ ...key, total }).onConflict(['account_id', 'asset']).merge();
		},
		byHand: async (request) => {
			await venue.submit(accountId, {
				symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: decimal('0.002'), price: decimal(50_000),
				triggerPrice: null, reduceOnly: false, timeInForce: 'GTC', postOnly: false, ...request,
			});
		},
		settle: async () => {
			for (let looks = 1; looks <= 10; looks++) if ((await look()).allClear) return looks;
			throw new Error(`Not clear: ${JSON.stringify(await look())}`);
		},
		goLive: async (id = accountId) => {
			await kernel.conn('accounts').where({ id }).update({ kind: 'live' });
		},
	};
}

/** A call of the venue that fails as long as it is not given back. */
export function break_(stage: Stage, call: 'balances' | 'fills' | 'openOrders' | 'positions' | 'recentOrders' | 'lookup'): () => void {
	const honest = stage.venue[call];
	Object.assign(stage.venue, {
		[call]: async () => {
			throw ambiguousOutcome(`no answer to ${call}`);
		},
	});
	return () => Object.assign(stage.venue, { [call]: honest });
}

/** Our books of the account: cash, what is held, what is open. */
export async function booksOf({ kernel, accountId }: Trading) {
	const account = await findAccount(kernel.conn, accountId);
	const positions = await kernel.conn('positions').where({ account_id: accountId }).whereNot('quantity', '0');
	return {
		cash: account?.cash,
		realised: account?.realisedNet,
		held: positions.map(({ symbol, quantity }) => [symbol, quantity]),
		adjusted: add(0, ...(await cashAdjustments(kernel.conn, accountId))),
	};
}

/** Everything stored, table by table, as far as a repeated comparison might change it. */
export async function fingerprint({ kernel }: Trading): Promise<Record<string, string>> {
	const all: Record<string, string> = {};
	const tables = [
		'orders', 'order_history', 'fills', 'positions', 'trades', 'exits', 'issues', 'adjustments',
		'external_holdings', 'events', 'trips', 'audit',
	];
	for (const table of tables) {
		const rows = await kernel.conn(table).select();
		// That an open issue was seen once more is no change.
		const kept = rows.map(({ last_seen: _seen, cycles: _cycles, ...row }) => JSON.stringify(row)).sort();
		all[table] = `${rows.length} ${sha256(kept.join())}`;
	}
	const accounts = await kernel.conn('accounts').select('id', 'cash', 'realised_net', 'peak_equity', 'day_start_equity');
	return { ...all, accounts: JSON.stringify(accounts) };
}

export const openKinds = async ({ kernel }: Trading): Promise<string[]> =>
	(await listIssues(kernel.conn)).map(({ kind }) => kind).sort();
