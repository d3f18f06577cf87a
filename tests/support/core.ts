import { assembleCore, type Core, type CoreParts } from '../../core/core';
import type { KernelOptions } from '../../core/db';
import type { Quote, Quotes } from '../../core/exchange';
import { decimal, mul, type AccountId, type MemberId, type SignalId, type Tier } from '../../core/model';
import type { SignalKey } from '../../core/signals';
import type { Verdict } from '../../core/risk';
import type { Routed } from '../../core/firemodes';
import { quietCalendar } from './calendar';
import type { TestDatabase } from './databases';

/** A market whose prices the test sets: always fresh, one basis point each side of the middle. */
export class TestMarket implements Quotes {
	readonly #mids = new Map<string, string>();

	/** Time of the quotes. */
	at: () => number;

	constructor(now: () => number) {
		this.at = now;
		for (const [symbol, mid] of Object.entries(ANCHORS)) this.#mids.set(symbol, mid);
	}

	set(symbol: string, mid: string | number): void {
		this.#mids.set(symbol, String(mid));
	}

	/** Price at `percent` from the middle, as text. */
	away(symbol: string, percent: number): string {
		return decimal(Number(mul(this.mid(symbol), 1 + percent / 100)).toPrecision(6));
	}

	/** A percent up: what is closed by hand now is no loss, after which nothing may be opened for a while. */
	lift(symbol: string): void {
		this.set(symbol, mul(this.mid(symbol), '1.01'));
	}

	mid(symbol: string): string {
		return this.#mids.get(symbol) ?? '0';
	}

	async quote(_venue: string, symbol: string): Promise<Quote | null> {
		const mid = this.#mids.get(symbol);
		if (mid === undefined) return null;
		return { symbol, bid: mul(mid, '0.9999'), ask: mul(mid, '1.0001'), at: this.at() };
	}
}

export const ANCHORS: Readonly<Record<string, string>> = {
	'BTC/USDT': '60000', 'ETH/USDT': '3000', 'BNB/USDT': '550', 'SOL/USDT': '150',
	'LTC/USDT': '80', 'AVAX/USDT': '30', 'LINK/USDT': '14', 'DOT/USDT': '6',
	'XRP/USDT': '0.6', 'ADA/USDT': '0.45', 'DOGE/USDT': '0.12', 'TRX/USDT': '0.12',
};

export const SYMBOLS = Object.keys(ANCHORS);

/** The key that `submit` sends with. */
export const TEST_KEY: SignalKey = {
	name: 'test',
	token: 'test-token-test-token-test-token',
	hmacSecret: null,
	scopes: ['submit', 'read', 'fire'],
	cidrs: [],
	trustedProxyHops: 0,
};
export const INTAKE = 'test-intake';

/** Who a member of a test is. */
export interface TestMember {
	readonly memberId: MemberId;
	readonly accountId: AccountId;
	readonly handle: string;
}

/** A core over a test database with hands to feed it. */
export interface TestCore {
	readonly core: Core;
	readonly market: TestMarket;
	member(options?: MemberOptions): Promise<TestMember>;
	/** Sends a native alert; opening alerts get a stop and a target around the price. */
	submit(alert: Readonly<Record<string, unknown>>): Promise<SignalId>;
	/** What a workflow does with a signal: fan-out, gate, router, Place of what fires. */
	run(signalId: SignalId): Promise<Step[]>;
	/** `seconds` ticks of the engine, which was alive until now; the clock moves before each. */
	ticks(seconds: number): Promise<void>;
}

export interface Step {
	readonly verdict: Verdict;
	readonly routed: Routed | null;
}

export interface MemberOptions {
	readonly handle?: string;
	readonly tier?: Tier;
	readonly fireMode?: 'MANUAL' | 'FULL_AUTO';
	readonly autoSlots?: number;
	readonly balance?: string;
}

let made = 0;

async function makeMember(core: Core, options: MemberOptions): Promise<TestMember> {
	made += 1;
	const handle = options.handle ?? `member-${made}`;
	await quietCalendar(core.kernel.conn);
	const view = await core.members.upsert({
		handle,
		displayName: handle,
		zone: 'UTC',
		tier: options.tier ?? 'OPERATOR',
		fireMode: options.fireMode ?? 'FULL_AUTO',
		autoSlots: options.autoSlots ?? 3,
		paperAccount: { balance: options.balance ?? '10000', currency: 'USDT', zone: 'UTC' },
		actor: 'operator',
	});
	const account = view.accounts[0];
	if (account === undefined) throw new Error('The member has no account.');
	return { memberId: view.id, accountId: account.id, handle };
}

async function submitAlert(
	core: Core,
	alert: Readonly<Record<string, unknown>>,
	tries = 25,
): Promise<SignalId> {
	const { status, body: answer, stored } = await core.signals.receive(
		{
			method: 'POST',
			path: '/webhook/firecontrol/signal',
			query: {},
			headers: { authorization: `Bearer ${TEST_KEY.token}`, 'content-type': 'application/json' },
			rawBody: Buffer.from(JSON.stringify(alert)),
			remoteAddress: '127.0.0.1',
		},
		[TEST_KEY],
		INTAKE,
	);
	const id = stored[0];
	if (id !== undefined) return id;
	if (status !== 429 || tries === 1) throw new Error(`Not stored: ${JSON.stringify(answer)}`);
	// As a sender does: in a thousand rounds the key's bucket runs dry.
	await new Promise((resolve) => setTimeout(resolve, 200));
	return submitAlert(core, alert, tries - 1);
}

async function runSignal(core: Core, signalId: SignalId): Promise<Step[]> {
	const { accounts } = await core.signals.fanOut(signalId);
	const terms = { signalId, manualRun: false, allowLive: false, actor: 'node:test' };
	if (accounts.length === 0) {
		return [{ verdict: await core.risk.judge({ ...terms, accountId: null }), routed: null }];
	}
	// As n8n does it: every node is done with all items before the next one begins.
	const verdicts: Verdict[] = [];
	for (const { accountId } of accounts) verdicts.push(await core.risk.judge({ ...terms, accountId }));
	const steps: Step[] = [];
	for (const verdict of verdicts) {
		const approved = verdict.decision !== 'BLOCK';
		steps.push({ verdict, routed: approved ? await core.firemodes.route(verdict.id, 'node:test') : null });
	}
	for (const { routed } of steps) {
		if (routed?.outcome === 'fire') await core.firemodes.place(routed.ticket.id, 'node:test');
	}
	return steps;
}

/** A core as one process would have it: call it again on the same database for another process. */
export function testCore(
	database: TestDatabase,
	parts: Partial<CoreParts> = {},
	options: KernelOptions = {},
): TestCore {
	const market = new TestMarket(() => database.clock.now());
	const core = assembleCore(database.kernel(options), { quotes: market, ...parts });
	return {
		core,
		market,
		member: async (wish = {}) => makeMember(core, wish),
		submit: async (alert) => {
			const symbol = String(alert['symbol'] ?? 'BTC/USDT');
			const opening = alert['action'] === undefined || alert['action'] === 'open';
			const base = opening
				? {
						side: 'buy', class: 'SNIPER_OPS', confidence: 95,
						stop_loss: market.away(symbol, -5), take_profit: market.away(symbol, 15),
					}
				: {};
			return submitAlert(core, { source: 'test', symbol, ...base, ...alert });
		},
		run: async (signalId) => runSignal(core, signalId),
		ticks: async (seconds) => {
			// A test that moves its clock means time in which the engine lived.
			const { conn } = core.kernel;
			await conn('heartbeats').where({ name: 'engine' }).update({ at: database.clock.now() });
			for (let second = 0; second < seconds; second++) {
				database.clock.advance(1000);
				await core.engine.tick();
			}
		},
	};
}
