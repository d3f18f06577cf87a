import {
	ambiguousOutcome, type CancelReport, type Exchange, type Market, type OrderRef, type PastQuery, type ReportsListener,
	type SubmitReport, type SubmitRequest, type VenueCapabilities, type VenueFill, type VenueOrder,
	type VenuePosition, type VenueReport,
} from '../../core/exchange';
import type { AccountId, Decimal } from '../../core/model';

/**
 * What goes wrong with one call. `timeout-…`: the caller hears nothing clear, the request did or
 * did not arrive. `crash-…`: the caller never hears anything again, as if its process had died.
 * `reject`: the venue says no (submits only).
 */
export type Fault = 'timeout-before' | 'timeout-after' | 'crash-before' | 'crash-after' | 'reject';

type Call = 'submit' | 'cancel' | 'lookup' | 'reports' | 'openOrders';

const never = <T>(): Promise<T> => new Promise(() => {});

/** A venue behind a bad line: each planned fault strikes the next call of its kind, once. */
export class FaultyExchange implements Exchange {
	readonly venue: string;
	readonly capabilities: VenueCapabilities;
	/** Requests that reached the venue, in order. */
	readonly arrived: { call: Call; clientOrderId: string }[] = [];
	/** Requests that a planned `reject` turned down. */
	readonly refused: SubmitRequest[] = [];
	/** Resolves when a planned crash has struck. */
	crashed: Promise<void>;
	#crash: () => void = () => {};
	readonly #faults: { call: Call; fault: Fault }[] = [];
	/** Calls so far, of every kind. */
	calls = 0;
	#crashAt: { call: number; fault: Fault } | null = null;
	#dead = false;
	/** The line is cut: nothing arrives until it is whole again. */
	down = false;
	/** Runs while a submit is under way, before it arrives. */
	onSubmit: (() => Promise<void>) | null = null;

	constructor(
		/** The venue itself, by a good line. */
		readonly inner: Exchange,
		capabilities: Partial<VenueCapabilities> = {},
	) {
		this.venue = inner.venue;
		this.capabilities = { ...inner.capabilities, ...capabilities };
		this.crashed = new Promise((resolve) => (this.#crash = resolve));
	}

	plan(call: Call, ...faults: Fault[]): void {
		for (const fault of faults) this.#faults.push({ call, fault });
	}

	/** The process dies with this call, counted from 0 over all kinds. */
	crashAt(call: number, when: 'before' | 'after'): void {
		this.#crashAt = { call, fault: `crash-${when}` };
	}

	#faultOf(call: Call): Fault | null {
		const number = this.calls++;
		if (this.#crashAt?.call === number) return this.#crashAt.fault;
		const index = this.#faults.findIndex((each) => each.call === call);
		return index === -1 ? null : (this.#faults.splice(index, 1)[0]?.fault ?? null);
	}

	async #strike<T>(call: Call, clientOrderId: string, work: () => Promise<T>): Promise<T> {
		if (this.#dead) return never();
		if (this.down) throw ambiguousOutcome('no connection');
		const fault = this.#faultOf(call);
		if (fault === 'timeout-before') throw ambiguousOutcome('connection lost before the request');
		if (fault === 'crash-before') {
			this.#dead = true;
			this.#crash();
			return never();
		}
		this.arrived.push({ call, clientOrderId });
		const result = await work();
		if (fault === 'timeout-after') throw ambiguousOutcome('connection lost after the request');
		if (fault === 'crash-after') {
			this.#dead = true;
			this.#crash();
			return never();
		}
		return result;
	}

	/** What strikes no planned fault, and is no call that counts. */
	async #past<T>(work: () => Promise<T>): Promise<T> {
		if (this.down) throw ambiguousOutcome('no connection');
		return work();
	}

	markets(): Promise<readonly Market[]> {
		return this.inner.markets();
	}

	resolve(symbolText: string): Promise<Market | null> {
		return this.inner.resolve(symbolText);
	}

	isOpen(at: number): boolean {
		return this.inner.isOpen(at);
	}

	async submit(accountId: AccountId, request: SubmitRequest): Promise<SubmitReport> {
		await this.onSubmit?.();
		const rejects = this.#faults.findIndex(({ call, fault }) => call === 'submit' && fault === 'reject');
		if (rejects === 0) {
			this.#faults.splice(rejects, 1);
			this.refused.push(request);
			return { kind: 'rejected', code: 'REFUSED_BY_TEST', message: 'The venue says no.' };
		}
		return this.#strike('submit', request.clientOrderId, () => this.inner.submit(accountId, request));
	}

	cancel(accountId: AccountId, clientOrderId: string, symbol: string): Promise<CancelReport> {
		return this.#strike('cancel', clientOrderId, () =>
			this.inner.cancel(accountId, clientOrderId, symbol),
		);
	}

	lookup(accountId: AccountId, clientOrderId: string, symbol: string): Promise<VenueReport | null> {
		return this.#strike('lookup', clientOrderId, () =>
			this.inner.lookup(accountId, clientOrderId, symbol),
		);
	}

	reports(refs: readonly OrderRef[], listener?: ReportsListener): Promise<readonly VenueReport[]> {
		return this.#strike('reports', refs.map((ref) => ref.clientOrderId).join(), () =>
			this.inner.reports(refs, listener),
		);
	}

	openOrders(
		accountId: AccountId,
		symbols?: readonly string[],
	): Promise<readonly VenueReport['order'][]> {
		return this.#strike('openOrders', accountId, () => this.inner.openOrders(accountId, symbols));
	}

	balances(accountId: AccountId): Promise<Readonly<Record<string, Decimal>>> {
		return this.#past(async () => this.inner.balances(accountId));
	}

	recentOrders(accountId: AccountId, query: PastQuery): Promise<readonly VenueOrder[]> {
		return this.#past(async () => this.inner.recentOrders(accountId, query));
	}

	fills(accountId: AccountId, query: PastQuery): Promise<readonly VenueFill[]> {
		return this.#past(async () => this.inner.fills(accountId, query));
	}

	positions(accountId: AccountId): Promise<readonly VenuePosition[] | null> {
		return this.#past(async () => this.inner.positions(accountId));
	}

	/** Orders sent, repeats included. */
	submits(): string[] {
		return this.arrived.filter(({ call }) => call === 'submit').map((each) => each.clientOrderId);
	}
}
