/** A member who loses their head, in a real n8n: warned, locked out, and stopped for the day. */
import { e2e, sharedInstance, type Instance } from '../support/e2e';

jest.setTimeout(420_000);

const { follow, post, until, wideAlert } = e2e;

let instance: Instance;
beforeAll(async () => {
	instance = await sharedInstance();
});
afterAll(async () => instance.end());

interface OpenTrade {
	readonly symbol: string;
	readonly entry_value: string;
	readonly entered_quantity: string;
}

/** A zone in which it is noon: trading at night is a sign of its own. */
function zoneOfNoon(): string {
	const behind = new Date().getUTCHours() - 12;
	return behind === 0 ? 'UTC' : `Etc/GMT${behind > 0 ? '+' : '-'}${Math.abs(behind)}`;
}

const table = (name: string) => instance.core.kernel.conn(name);
const openTrades = async (memberId: string): Promise<OpenTrade[]> =>
	table('trades').where({ member_id: memberId, state: 'OPEN' });
const told = async (memberId: string): Promise<string[]> =>
	(await table('events').where({ member_id: memberId }).where('type', 'like', 'behaviour.%').orderBy('seq'))
		.map(({ type }: { type: string }) => type);

/** Sends an alert, waits for its ticket, and fires it by the contract's call. */
async function invest(handle: string, symbol: string): Promise<void> {
	const { ask } = instance.quote(symbol);
	const alert = wideAlert(instance, symbol, handle, {
		stop_loss: Number((ask * 0.85).toPrecision(5)), take_profit: Number((ask * 1.5).toPrecision(5)), confidence: 99,
	});
	const { answer } = await post(instance.demo.signalUrl, instance.demo.token, alert);
	const account = await until(
		async () => (await follow(instance, answer.signal_id ?? ''))?.accounts.find(({ ticket }) => ticket?.state === 'HELD'),
		{ what: `the ticket for ${symbol}`, timeoutMs: 60_000, everyMs: 300 },
	);
	const fired = await post(instance.demo.fireUrl, instance.demo.token, { ticket: account.ticket?.ticket });
	expect(fired.status).toBe(202);
}

/** Closes, by a signal, a trade that has lost by now: a win would begin the count anew. */
async function loseOne(handle: string, memberId: string): Promise<void> {
	const before = (await openTrades(memberId)).length;
	const lost = await until(
		async () => (await openTrades(memberId)).find(({ symbol, entry_value, entered_quantity }) =>
			instance.quote(symbol).bid < (Number(entry_value) / Number(entered_quantity)) * 0.9985),
		{ what: 'a trade that is under water', timeoutMs: 120_000, everyMs: 100 },
	);
	await post(instance.demo.signalUrl, instance.demo.token, {
		source: 'e2e', symbol: lost.symbol, action: 'close', members: [handle],
	});
	await until(async () => (await openTrades(memberId)).length < before, {
		what: `the close of ${lost.symbol}`, timeoutMs: 60_000, everyMs: 200,
	});
}

it('haste and three losses end the day: the rest is closed, nothing new is opened, and people hear why', async () => {
	const handle = `tilted-${Date.now()}`;
	const { id, accounts } = await instance.core['members'].upsert({
		handle, tier: 'OPERATOR', fireMode: 'MANUAL', zone: zoneOfNoon(), actor: 'operator:e2e',
		paperAccount: { balance: '10000', currency: 'USDT', zone: 'UTC' },
	});
	const symbols = instance.symbols.slice(0, 5);
	for (const symbol of symbols) await invest(handle, symbol);
	await until(async () => (await openTrades(id)).length === 5, { what: 'five trades', timeoutMs: 60_000, everyMs: 300 });

	const [first] = await openTrades(id);
	const wider = await instance.core['orders'].tightenStop({
		accountId: accounts[0].id, symbol: first?.symbol ?? '', actor: `member:${id}`,
		price: String(Number((instance.quote(first?.symbol ?? '').bid * 0.5).toPrecision(5))),
	});
	expect(wider).toMatchObject({ kind: 'refused', code: 'STOP_WIDENED' });

	for (let losses = 0; losses < 3; losses++) await loseOne(handle, id);
	const stop = await until(
		async () => {
			const open: { scopeId: string; cause: string; state: string; rearm: string; reason: string }[] =
				await instance.core['safety'].open();
			return open.find(({ scopeId, state }) => scopeId === id && state === 'LOCKED');
		},
		{ what: 'the end of trading for the day', timeoutMs: 90_000, everyMs: 300 },
	);
	expect(stop).toMatchObject({ cause: 'tilt', rearm: 'next_day' });
	expect(stop.reason).toContain('3 losses in a row');
	expect(await openTrades(id)).toEqual([]);
	expect((await told(id)).filter((type) => !type.includes('confidence'))).toEqual([
		'behaviour.warned', 'behaviour.locked_out', 'behaviour.tilt_tripped',
	]);
	const closed = await table('trades').where({ member_id: id, exit_reason: 'kill_switch' });
	expect(closed).toHaveLength(2);

	const { answer } = await post(instance.demo.signalUrl, instance.demo.token, wideAlert(instance, 'BTC/USDT', handle));
	const verdict = await until(async () => (await follow(instance, answer.signal_id ?? ''))?.accounts[0]?.verdict, {
		what: 'the verdict', timeoutMs: 60_000, everyMs: 300,
	});
	expect(verdict.decision).toBe('BLOCK');
	await until(
		async () => {
			const rows: { alert: string }[] = await table('outbox').where({ member_id: id, type: 'risk_warning' });
			return rows.some(({ alert }) => alert.includes('trading ended for today'));
		},
		{ what: 'the alert', timeoutMs: 60_000, everyMs: 500 },
	);
	expect(verdict.checks.map(({ code }) => code)).toEqual(expect.arrayContaining(['TRADING_STATE', 'TILT_TRIPPED']));
});
