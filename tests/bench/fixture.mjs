/** The fixture of every bench: enough members that no limit is passed, one account each. */

const PER_ROUND_SYMBOLS = 8;

/** `count` OPERATOR members in FULL_AUTO with three slots and 10,000 USDT on paper. */
export async function makeMembers(core, count, prefix) {
	const handles = [];
	for (let index = 0; index < count; index++) {
		const handle = `${prefix}-${index}`;
		await core.members.upsert({
			handle, displayName: handle, zone: 'UTC', tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 3,
			paperAccount: { balance: '10000', currency: 'USDT', zone: 'UTC' }, actor: 'operator:bench',
		});
		handles.push(handle);
	}
	return handles;
}

/** An opening alert for one member with a stop and a target that the demo market never reaches. */
export function openingAlert({ quote, symbols }, handle, round, index) {
	const symbol = symbols[(round + index) % Math.min(PER_ROUND_SYMBOLS, symbols.length)];
	const { ask } = quote(symbol, Date.now());
	return {
		id: `${handle}-${round}`, source: `bench-${round}`, symbol, side: 'buy', class: 'SNIPER_OPS', confidence: 95,
		stop_loss: Number((ask * 0.95).toPrecision(5)), take_profit: Number((ask * 1.15).toPrecision(5)),
		members: [handle],
	};
}

/** What became of the opening alerts of one round, read from the database. */
export async function countOrders(core, since) {
	const { conn } = core.kernel;
	const [{ n: entries }] = await conn('orders').where('leg', 'entry').where('created_at', '>=', since).count({ n: '*' });
	const [{ n: filled }] = await conn('orders')
		.where({ leg: 'entry', state: 'FILLED' }).where('created_at', '>=', since).count({ n: '*' });
	return { entries: Number(entries), filled: Number(filled) };
}

/** Closes every open trade by hand, outside the measured time. */
export async function closeAll(core) {
	const trades = await core.kernel.conn('trades').whereIn('state', ['OPENING', 'OPEN']).select('account_id', 'symbol');
	for (const { account_id: accountId, symbol } of trades) {
		await core.orders.closePosition({ accountId, symbol, reason: 'manual', actor: 'operator:bench' });
	}
	return trades.length;
}

export const percentile = (values, share) => {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
};

export const rounded = (value, digits = 2) => Number(value.toFixed(digits));
