import { type Fixed, readFixed } from './fixed';
import { refusals } from './refusal';

/** Parameters of one request; every one that was sent must be read, as the exchange insists. */
export class Params {
	readonly #values: Map<string, string>;
	readonly #read = new Set<string>();

	constructor(values: Iterable<readonly [string, string]>) {
		this.#values = new Map(values);
	}

	text(name: string): string | null {
		this.#read.add(name);
		const value = this.#values.get(name);
		return value === undefined || value === '' ? null : value;
	}

	required(name: string): string {
		const value = this.text(name);
		if (value === null) throw refusals.missing(name);
		return value;
	}

	/** An amount above nought, or null when it was not sent. */
	amount(name: string): Fixed | null {
		const value = this.text(name);
		if (value === null) return null;
		const amount = readFixed(value);
		if (amount === 'malformed') throw refusals.illegal(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$');
		if (amount === 'precision') throw refusals.precision(name);
		return amount;
	}

	requiredAmount(name: string): Fixed {
		const amount = this.amount(name);
		if (amount === null) throw refusals.missing(name);
		return amount;
	}

	integer(name: string): number | null {
		const value = this.text(name);
		if (value === null) return null;
		if (!/^\d{1,16}$/.test(value)) throw refusals.illegal(name, '^[0-9]{1,20}$');
		return Number(value);
	}

	/** Refuses parameters that do not belong to this kind of request. */
	forbid(...names: readonly string[]): void {
		for (const name of names) if (this.#values.has(name)) throw refusals.notRequired(name);
	}

	/** Refuses what nobody asked for. */
	finish(): void {
		const known = [...this.#values.keys()].filter((name) => this.#read.has(name));
		if (known.length < this.#values.size) throw refusals.unread(known.length, this.#values.size);
	}

	/** A look that does not count as reading. */
	peek(name: string): string | null {
		return this.#values.get(name) ?? null;
	}
}
