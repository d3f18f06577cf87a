import { createKernel, openPool, type DatabaseConfig, type Dialect, type Kernel } from '../../../core/db';
import { systemClock, type AccountId, type MemberId, type OrderId } from '../../../core/model';
import { lockLatch, trip } from '../../../core/safety';
import { serve } from '../../support/processes';
import { openTrading, type Trading } from '../../support/trading';

/** An account whose entries are sent. */
interface Owner {
	readonly memberId: MemberId;
	readonly accountId: AccountId;
}

export type LatchQuestion = { readonly config: DatabaseConfig; readonly dialect: Dialect; readonly at: number } & (
	/** Writes entries in these symbols and sends each at once. */
	| { readonly do: 'send'; readonly owners: readonly Owner[]; readonly symbols: readonly string[] }
	/** Sends what others have written. */
	| { readonly do: 'dispatch'; readonly owners: readonly Owner[]; readonly orders: readonly OrderId[] }
	/** Stops, and tells what had been let out by then. */
	| { readonly do: 'trip'; readonly owners: readonly Owner[]; readonly after: number }
);

export interface LatchAnswer {
	/** Orders that had entered SUBMITTING when the stop was committed. */
	readonly out: readonly OrderId[];
}

let opened: Promise<{ readonly trading: Trading; readonly kernel: Kernel }> | null = null;

async function open({ config, dialect, owners }: LatchQuestion) {
	const pool = openPool(config);
	const [existing] = owners;
	const trading = await openTrading(
		{
			dialect, config, pool, clock: systemClock as never,
			kernel: (options = {}) => createKernel(pool, { clock: systemClock, ...options }),
			close: async () => {},
		},
		existing === undefined ? {} : { existing },
	);
	return { trading, kernel: trading.kernel };
}

const PRICES: Readonly<Record<string, number>> = { 'BTC/USDT': 60_000, 'ETH/USDT': 3_000, 'SOL/USDT': 150 };

/** The stop, and, under its lock and in its transaction, who is out. */
async function stop(kernel: Kernel): Promise<OrderId[]> {
	return kernel.transaction(async (trx) => {
		await trip(trx, kernel, { scope: 'global', state: 'PAUSED', cause: 'person', reason: 'x', rearm: 'hand', actor: 'operator' });
		const rows: { id: OrderId }[] = await trx('orders').whereNotNull('submitting_at').select('id');
		return rows.map(({ id }) => id);
	});
}

serve<LatchQuestion, LatchAnswer>(async (question) => {
	const { trading, kernel } = await (opened ??= open(question));
	while (Date.now() < question.at);
	switch (question.do) {
		case 'send':
			for (const symbol of question.symbols) {
				for (const owner of question.owners) {
					const price = PRICES[symbol] ?? 1;
					const intent = trading.intent({ ...owner, symbol, quantity: '0.01', stop: price * 0.9, targets: [[price * 1.3, 1]] });
					const made = await kernel.transaction(async (trx) => {
						// As whoever fires does: latch, member, account.
						await lockLatch(trx, 'share');
						return trading.orders.createEntry(trx, intent, { reservationId: null, actor: 'node:test', sendNow: true });
					});
					await trading.orders.sendEntry(made);
				}
			}
			return { out: [] };
		case 'dispatch':
			for (const id of question.orders) await trading.orders.dispatch(id);
			return { out: [] };
		case 'trip': {
			const until = question.at + question.after;
			while (Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 1));
			return { out: await stop(kernel) };
		}
	}
});
