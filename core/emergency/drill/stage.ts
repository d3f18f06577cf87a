import { changePaperAccount, type Market, type PaperFault, type VenueOrder } from '../../exchange';
import { add, decimal, floorToStep, isId, isRefused, mul, SECOND, sub, type AccountId, type Decimal, type SignalId } from '../../model';
import { historyOf, listOrders, type Order, type Orders, type OrderStep } from '../../orders';
import type { SignalKey } from '../../signals';
import { DRILL_ACTOR, type DrillDeps, type DrillEntry } from './deps';

/** The intake of drills: no workflow pumps it. */
const INTAKE = 'fire-drill';
/** How often a drill looks. */
const LOOK_MS = 250;
const TOKEN_BYTES = 24;

/** How far from the price, as parts of it. */
const LEVELS = { stop: '0.95', target: '1.15', limit: '0.97', limitStop: '0.92' } as const;

/** An alert that was sent. */
export interface Sent {
	readonly status: number;
	readonly signalId: SignalId;
	readonly duplicate: boolean;
}

/** A market with its price when the drill began. */
export interface DrillMarket {
	readonly market: Market;
	readonly ask: Decimal;
}

/** What a stage is set up with. */
export interface StageParts {
	readonly deps: DrillDeps;
	readonly accountId: AccountId;
	readonly venue: string;
	readonly handle: string;
	/** Different markets, at least two. */
	readonly markets: readonly DrillMarket[];
	/** When the scenario must be over, ms UTC. */
	readonly deadline: number;
}

/** One account of a drill, with hands to feed it and eyes on our books and on its venue. */
export class DrillStage {
	readonly #key: SignalKey;
	#alerts = 0;

	constructor(readonly parts: StageParts) {
		const bytes = parts.deps.kernel.rng.bytes(TOKEN_BYTES);
		this.#key = {
			name: DRILL_ACTOR, token: Buffer.from(bytes).toString('hex'), hmacSecret: null,
			scopes: ['submit'], cidrs: [], trustedProxyHops: 0,
		};
	}

	get deps(): DrillDeps {
		return this.parts.deps;
	}

	get accountId(): AccountId {
		return this.parts.accountId;
	}

	now(): number {
		return this.deps.kernel.clock.now();
	}

	market(index = 0): DrillMarket {
		const found = this.parts.markets[index];
		if (found === undefined) throw new Error('The paper venue has too few markets with a price.');
		return found;
	}

	/** An alert's body: to buy at market, or at a limit below it. */
	alert({ market, ask }: DrillMarket, type: 'market' | 'limit' = 'market'): Record<string, unknown> {
		const at = (part: string): string => floorToStep(mul(ask, part), market.priceTick);
		this.#alerts += 1;
		const limit = type === 'limit';
		return {
			id: `drill-${this.accountId}-${this.#alerts}`,
			source: DRILL_ACTOR,
			symbol: market.symbol,
			side: 'buy',
			class: 'SNIPER_OPS',
			confidence: 95,
			order_type: type,
			...(limit ? { entry: at(LEVELS.limit) } : {}),
			stop_loss: at(limit ? LEVELS.limitStop : LEVELS.stop),
			take_profit: at(LEVELS.target),
			members: [this.parts.handle],
			note: 'Fire drill',
		};
	}

	/** Sends an alert as a sender would. @throws Error when it was not stored */
	async send(alert: Record<string, unknown>): Promise<Sent> {
		const { status, body, stored } = await this.deps.signals.receive(
			{
				method: 'POST', path: '/webhook/firecontrol/signal', query: {},
				headers: { authorization: `Bearer ${this.#key.token ?? ''}`, 'content-type': 'application/json' },
				rawBody: Buffer.from(JSON.stringify(alert)),
				remoteAddress: '127.0.0.1',
			},
			[this.#key],
			INTAKE,
		);
		const told: unknown = Reflect.get(body, 'signal_id');
		const signalId = isId('sig', told) ? told : stored[0];
		if (signalId === undefined) throw new Error(`The alert was not stored: ${JSON.stringify(body)}`);
		return { status, signalId, duplicate: Reflect.get(body, 'duplicate') === true };
	}

	/** Sends an alert and fires it; its signal is done afterwards. */
	async enter(alert: Record<string, unknown>, orders?: Orders): Promise<DrillEntry> {
		const { signalId } = await this.send(alert);
		return this.fire(signalId, orders);
	}

	/** Judges and fires a signal that is stored. */
	async fire(signalId: SignalId, orders?: Orders): Promise<DrillEntry> {
		const entry = await this.deps.enter(signalId, this.accountId, orders);
		await this.deps.signals.settle([signalId], 'succeeded');
		return entry;
	}

	/** What the line to the venue does from now on. */
	async rehearse(faults: readonly PaperFault[]): Promise<void> {
		const { kernel } = this.deps;
		const wish = { profile: { faults } };
		await kernel.transaction(async (trx) =>
			changePaperAccount(trx, kernel, this.accountId, wish, DRILL_ACTOR),
		);
	}

	/** Looks until it sees something, or until the time is over: then null. */
	async until<T>(look: () => Promise<T | null>, seconds: number): Promise<T | null> {
		const end = Math.min(this.parts.deadline, this.now() + seconds * SECOND);
		for (;;) {
			const seen = await look();
			if (seen !== null) return seen;
			if (this.now() >= end) return null;
			await this.deps.pause(LOOK_MS);
		}
	}

	/** Our orders of a symbol on this account, oldest first; entries unless said. */
	async ours(symbol: string, leg: 'entry' | 'stop' = 'entry'): Promise<Order[]> {
		const all = await listOrders(this.deps.kernel.conn, { accountId: this.accountId, limit: 100 });
		return all.filter((order) => order.symbol === symbol && order.leg === leg).reverse();
	}

	async steps(order: Order): Promise<readonly OrderStep[]> {
		return (await historyOf(this.deps.kernel.conn, [order.id])).get(order.id) ?? [];
	}

	/** What our books hold of a symbol. */
	async held(symbol: string): Promise<Decimal> {
		const positions = await this.deps.orders.positions(this.accountId);
		const own = positions.filter((position) => position.symbol === symbol);
		return add(decimal(0), ...own.map(({ quantity }) => quantity));
	}

	/** All orders that the venue ever had of a symbol. @throws while the venue is down */
	async atVenue(symbol: string): Promise<readonly VenueOrder[]> {
		const { exchanges } = this.deps;
		return exchanges.for(this.parts.venue).recentOrders(this.accountId, { symbol, since: 0 });
	}

	/** What the venue holds of a market's base asset. */
	async heldAtVenue({ market }: DrillMarket): Promise<Decimal> {
		const balances = await this.deps.exchanges.for(this.parts.venue).balances(this.accountId);
		return balances[market.base] ?? decimal(0);
	}

	/** How far our books are from the venue's in a market. */
	async gap(place: DrillMarket): Promise<Decimal> {
		return sub(await this.held(place.market.symbol), await this.heldAtVenue(place));
	}

	/** Whether the open trade in a symbol has a stop that somebody watches. */
	async guarded(symbol: string): Promise<boolean> {
		const plan = await this.deps.orders.exitPlan(this.accountId, symbol);
		return !isRefused(plan) && plan.exits.some(({ kind, state }) => kind === 'stop' && state === 'ACTIVE');
	}
}
