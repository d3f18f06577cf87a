/** Core throughput on a database with a million old orders against an empty one. */
import { rounded } from './fixture.mjs';

/** Rows copied a statement: one transaction each, so that the log stays small. */
const CHUNK = 100_000;
const DAYS_AGO = 90;
const DAY_MS = 86_400_000;

/** Tables of a finished trade's life, and which of their columns tell one life from another. */
const TABLES = {
	signals: ['id', 'sender_id'],
	verdicts: ['id', 'signal_id', 'reservation_id'],
	tickets: ['id', 'signal_id', 'verdict_id', 'order_id'],
	trades: ['id', 'signal_id', 'ticket_id'],
	orders: ['id', 'client_order_id', 'venue_order_id', 'signal_id', 'ticket_id', 'trade_id'],
	order_history: ['order_id'],
	fills: ['id', 'order_id', 'trade_id', 'venue_trade_id'],
	events: ['event_id', 'signal_id', 'subject_id'],
};
const TIMES = /(^|_)(at|after)$/;
/** Long texts that no query looks into: left out, so that a million orders fit on any disk. */
const LONG = { checks: "'[]'", body: "'{}'" };

/** How a row is picked out of the finished lives that serve as the model. */
const OF_SIGNAL = {
	signals: 'id in (select signal_id from model)',
	verdicts: 'signal_id in (select signal_id from model)',
	tickets: 'signal_id in (select signal_id from model)',
	trades: 'signal_id in (select signal_id from model)',
	orders: 'signal_id in (select signal_id from model)',
	order_history: 'order_id in (select o.id from orders o join model m on m.signal_id = o.signal_id)',
	fills: 'order_id in (select o.id from orders o join model m on m.signal_id = o.signal_id)',
	events: 'signal_id in (select signal_id from model)',
};

async function columnsOf(conn, table) {
	const rows = await conn.raw(`pragma table_info(${table})`);
	return rows.filter(({ pk, name }) => !(pk > 0 && name === 'seq')).map(({ name }) => name);
}

/**
 * Multiplies what the model's trades left behind, 90 days back, until there are `count` orders.
 * @param {object} core whose database (SQLite) holds finished trades of signals
 * @returns {Promise<number>} orders in the database
 */
export async function addOldOrders(core, count) {
	const { conn } = core.kernel;
	await conn.raw('create temp table model as select distinct signal_id from trades where state = \'CLOSED\'');
	const models = Object.fromEntries(
		await Promise.all(Object.keys(TABLES).map(async (table) => [table, await columnsOf(conn, table)])),
	);
	for (const table of Object.keys(TABLES)) {
		await conn.raw(`create temp table model_${table} as select * from ${table} where ${OF_SIGNAL[table]}`);
	}
	const [{ n: perCopy }] = await conn.raw('select count(*) as n from model_orders');
	const copies = Math.ceil(count / Number(perCopy));
	const perStatement = Math.max(1, Math.floor(CHUNK / Number(perCopy)));
	for (let from = 1; from <= copies; from += perStatement) {
		const to = Math.min(copies, from + perStatement - 1);
		for (const [table, own] of Object.entries(TABLES)) {
			const columns = models[table];
			const values = columns.map((name) => {
				if (own.includes(name)) return `case when m.${name} is null then null else m.${name} || '-' || s.n end`;
				if (TIMES.test(name)) return `m.${name} - ${DAYS_AGO * DAY_MS}`;
				if (name in LONG) return LONG[name];
				if (name === 'member_day') return "'2020-01-01'";
				return `m.${name}`;
			});
			await conn.raw(
				`with recursive s(n) as (select ${from} union all select n + 1 from s where n < ${to})
				insert into ${table} (${columns.map((name) => `"${name}"`).join(', ')})
				select ${values.join(', ')} from s cross join model_${table} m`,
			);
		}
	}
	const [{ n }] = await conn('orders').count({ n: '*' });
	return Number(n);
}

/** @returns the ratio of the rate on an empty database to the rate on a full one */
export const growthRatio = (empty, full) => rounded(empty / full);
