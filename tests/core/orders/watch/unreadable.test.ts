import type { Exchange, VenueReport } from '../../../../core/exchange';
import { createOrders, type Order } from '../../../../core/orders';
import { exchangesOf } from '../../../../core/exchange';
import { FirecontrolError, SECOND } from '../../../../core/model';
import { listIssues } from '../../../../core/orders/issues/issues.queries';
import { describeDatabases } from '../../../support/databases';
import { FaultyExchange } from '../../../support/faulty-exchange';
import { openTrading, type Trading } from '../../../support/trading';

/** A venue that has no readable report of some orders, or was not asked at all. */
class HalfBlind extends FaultyExchange {
	readonly unreadable = new Set<string>();
	streams = false;

	override async reports(...[refs, listener]: Parameters<Exchange['reports']>): Promise<readonly VenueReport[]> {
		if (this.streams) {
			for (const { accountId } of refs) listener?.notAsked(accountId);
			return [];
		}
		for (const ref of refs.filter(({ clientOrderId }) => this.unreadable.has(clientOrderId))) {
			listener?.failed(ref, new FirecontrolError('VENUE_ANSWER', 'The venue\'s answer has no side.'));
		}
		return super.reports(refs.filter(({ clientOrderId }) => !this.unreadable.has(clientOrderId)), listener);
	}
}

const LIMIT = { type: 'limit', price: 59_500 } as const;

describeDatabases('an order that its venue gives no readable report of', (open) => {
	async function scene() {
		const trading = await openTrading(await open());
		const line = new HalfBlind(trading.venue);
		const orders = createOrders(trading.kernel, exchangesOf([line], trading.quotes));
		const bad = await trading.enter(LIMIT);
		const good = await trading.enter({ ...LIMIT, symbol: 'ETH/USDT', price: 2_980, stop: 2_950, quantity: '0.1' });
		line.unreadable.add(bad.clientOrderId);
		const look = async (seconds = 1): Promise<void> => {
			for (let second = 0; second < seconds; second++) {
				trading.database.clock.advance(SECOND);
				await orders.watch();
			}
		};
		return { trading, line, orders, bad, good, look };
	}
	const issuesOf = async ({ kernel, accountId }: Trading) =>
		(await listIssues(kernel.conn, { accountId, state: 'all' })).filter(({ kind }) => kind === 'ORDER_UNREADABLE');
	const told = async ({ kernel }: Trading): Promise<string[]> =>
		(await kernel.conn('events').whereIn('type', ['issue.raised', 'issue.resolved']).orderBy('seq')).map(({ type }) => type);
	const stateOf = async (trading: Trading, { id }: Order) => (await trading.orders.get(id))?.state;

	test('is an issue of its own, told once when it lasts; the account\'s others go on', async () => {
		const { trading, line, bad, good, look } = await scene();
		trading.quotes.set('ETH/USDT', 2_979);
		await look(3);
		expect(await stateOf(trading, good)).toBe('FILLED');
		expect(await stateOf(trading, bad)).toBe('OPEN');
		expect(await issuesOf(trading)).toMatchObject([{ orderId: bad.id, cycles: 1, announcedAt: null, severity: 'high' }]);
		await look(25);
		const [issue] = await issuesOf(trading);
		expect(issue).toMatchObject({ cycles: 3, resolution: null });
		expect(issue?.detail).toContain(bad.clientOrderId);
		expect(await told(trading)).toEqual(['issue.raised']);
		line.unreadable.clear();
		await look();
		expect(await issuesOf(trading)).toMatchObject([{ resolution: 'the venue tells of it again' }]);
		expect(await told(trading)).toEqual(['issue.raised', 'issue.resolved']);
	});

	test('ends with the order, also in a process that did not see it begin', async () => {
		const { trading, line, bad, look } = await scene();
		await look(12);
		const next = createOrders(trading.kernel, exchangesOf([line], trading.quotes));
		await next.watch();
		expect(await issuesOf(trading)).toMatchObject([{ resolution: null }]);
		await next.cancel(bad.id, 'operator');
		await next.watch();
		expect(await issuesOf(trading)).toMatchObject([{ resolution: 'the order is over' }]);
	});

	test('a venue that was not asked has not answered', async () => {
		const { trading, line, look } = await scene();
		const lines: string[] = [];
		const { log } = trading.kernel;
		const info = log.info.bind(log);
		log.info = (message, facts) => {
			lines.push(message);
			info(message, facts);
		};
		line.down = true;
		await look();
		line.streams = true;
		await look();
		expect(lines).not.toContain('A venue answers again.');
		line.streams = false;
		line.down = false;
		await look();
		expect(lines).toContain('A venue answers again.');
	});
});
