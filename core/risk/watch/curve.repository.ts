import type { Conn, Trx } from '../../db';
import type { AccountId, Decimal } from '../../model';
import { joined, sampleStart, widened, type EquitySample, type Thinning } from './curve';

interface EquitySampleRow {
	account_id: AccountId;
	width: number;
	at: number;
	first: Decimal;
	lowest: Decimal;
	highest: Decimal;
	last: Decimal;
}

const TABLE = 'equity_samples';
const KEY = ['account_id', 'width', 'at'];
/** Rows of one statement; seven bindings each. */
const CHUNK = 100;
/** Samples that one step of thinning takes. */
const STEP_MAX = 2_000;

const toSample = ({ account_id: accountId, ...row }: EquitySampleRow): EquitySample => ({
	accountId, ...row,
});

const toRow = ({ accountId, ...sample }: EquitySample): EquitySampleRow => ({
	account_id: accountId, ...sample,
});

const keyOf = ({ accountId, at }: EquitySample): string => `${accountId}|${at}`;

/** Adds samples, all of one width and oldest first; what is there of the same time is kept in them. */
export async function addSamples(trx: Trx, samples: readonly EquitySample[]): Promise<void> {
	for (let start = 0; start < samples.length; start += CHUNK) {
		const some = samples.slice(start, start + CHUNK);
		const [{ width } = { width: 0 }] = some;
		const rows = await trx<EquitySampleRow>(TABLE)
			.where({ width })
			.whereIn('account_id', [...new Set(some.map(({ accountId }) => accountId))])
			.whereIn('at', [...new Set(some.map(({ at }) => at))]);
		const known = new Map(rows.map(toSample).map((each) => [keyOf(each), each]));
		const merged = some.map((each) => {
			const before = known.get(keyOf(each));
			return toRow(before === undefined ? each : joined(before, each, width));
		});
		await trx<EquitySampleRow>(TABLE).insert(merged).onConflict(KEY).merge();
	}
}

/**
 * Makes the oldest samples of a width that are old enough into wider ones, in the caller's
 * transaction. @returns how many were taken; as long as there are some, call it again
 */
export async function thin(trx: Trx, { from, to, after }: Thinning, now: number): Promise<number> {
	const before = sampleStart(now - after, to);
	const rows = await trx<EquitySampleRow>(TABLE)
		.where({ width: from })
		.where('at', '<', before)
		.orderBy(['at', 'account_id'])
		.limit(STEP_MAX);
	const last = rows.at(-1);
	if (last === undefined) return 0;
	await addSamples(trx, widened(rows.map(toSample), to));
	// Exactly what was read: by the order in which it was read.
	await trx<EquitySampleRow>(TABLE)
		.where({ width: from })
		.where((read) =>
			read
				.where('at', '<', last.at)
				.orWhere((same) => same.where({ at: last.at }).where('account_id', '<=', last.account_id)),
		)
		.delete();
	return rows.length;
}

/** The account's equity since a moment (ms UTC), oldest first; the finest that is still kept. */
export async function samplesSince(
	conn: Conn,
	accountId: AccountId,
	since: number,
	limit: number,
): Promise<EquitySample[]> {
	const rows = await conn<EquitySampleRow>(TABLE)
		.where({ account_id: accountId })
		.where('at', '>=', since)
		.orderBy([{ column: 'at', order: 'desc' }, { column: 'width', order: 'desc' }])
		.limit(limit);
	return rows.map(toSample).reverse();
}
