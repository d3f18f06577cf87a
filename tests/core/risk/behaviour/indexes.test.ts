import {
	accountsAtRisk, membersDue, membersToTrip, membersWithNews,
} from '../../../../core/risk/behaviour/behaviour.queries';
import { findBehaviour, readNews } from '../../../../core/risk/behaviour/behaviour.repository';
import { openTestDatabase, START, type TestDatabase } from '../../../support/databases';

/** What every gate and every two seconds of the engine ask must not grow with the history. */
describe('reading what is new (sqlite)', () => {
	let database: TestDatabase;
	beforeAll(async () => {
		database = await openTestDatabase('sqlite');
	});
	afterAll(async () => database.close());

	async function plansOf(ask: () => Promise<unknown>): Promise<string[]> {
		const { conn } = database.pool;
		const asked: { sql: string; bindings: string[] }[] = [];
		const note = (query: { sql: string; bindings: string[] }): void => void asked.push(query);
		conn.on('query', note);
		await ask();
		conn.removeListener('query', note);
		const plans: string[] = [];
		for (const { sql, bindings } of asked) {
			const rows: { detail: string }[] = await conn.raw(`explain query plan ${sql}`, bindings);
			plans.push(rows.map(({ detail }) => detail).join('\n'));
		}
		return plans;
	}

	test('of one member: by the member, and by when', async () => {
		const since = { told: START, ordered: START, orderDays: ['2026-11-20'] };
		const [plan = ''] = await plansOf(async () =>
			database.pool.conn.transaction(async (trx) => readNews(trx, 'mbr_1', since)),
		).then((plans) => plans.filter((text) => text.includes('trades')));
		expect(plan).toContain('orders_member_id_member_day_index (member_id=? AND member_day=?)');
		expect(plan).toContain('events_of_behaviour (member_id=? AND at>?)');
		expect(plan).not.toContain('SCAN');
		const [stored = ''] = await plansOf(async () => findBehaviour(database.pool.conn, 'mbr_1'));
		expect(stored).not.toContain('SCAN');
	});

	test('of all: by when', async () => {
		const { conn } = database.pool;
		const [told, ordered] = await plansOf(async () => membersWithNews(conn, START));
		expect(told).toContain('events_of_behaviour_at (at>?)');
		expect(ordered).toContain('orders_entries_sent (submitting_at>?)');
		const rest = await plansOf(async () => {
			await membersDue(conn, START);
			await membersToTrip(conn);
			await accountsAtRisk(conn);
		});
		expect(rest.join('\n')).not.toContain('SCAN');
		expect(rest).toHaveLength(3);
	});
});
