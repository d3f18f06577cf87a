import { createEvents, type DomainEvent, type EventType } from '../../../../core/events';
import { findAccount, type Account } from '../../../../core/members';
import { SECOND, STANDARD_POLICY, type Policy } from '../../../../core/model';
import { createBehaviour, createRiskWatch, type RiskWatch } from '../../../../core/risk';
import { createSafety, listOpenTrips, type Trip } from '../../../../core/safety';
import type { TestDatabase } from '../../../support/databases';
import { openTrading, type Trading, type TradingOptions } from '../../../support/trading';

/** A trading account under watch. */
export interface Desk {
	readonly trading: Trading;
	readonly watch: RiskWatch;
	/** The process dies and another one watches on. */
	restart(): void;
	/** So many seconds, a look in each; the engine's other job writes the equity every five. */
	seconds(count: number): Promise<void>;
	account(): Promise<Account>;
	/** Open trips: cause and state. */
	trips(): Promise<Trip[]>;
	causes(): Promise<string[]>;
	told(...types: EventType[]): Promise<DomainEvent[]>;
	/** The warnings that were given, in order. */
	warnings(): Promise<string[]>;
	rearm(): Promise<Trip[]>;
}

export async function openDesk(
	database: TestDatabase,
	options: TradingOptions & { readonly policy?: Policy } = {},
): Promise<Desk> {
	const { policy = STANDARD_POLICY, ...rest } = options;
	const trading = await openTrading(database, { ...rest, kernel: { ...rest.kernel, policy } });
	const { kernel, exchanges, accountId } = trading;
	const process = (): RiskWatch => {
		const own = trading.restart();
		return createRiskWatch({ ...own, exchanges, behaviour: createBehaviour(own.kernel) });
	};
	let watch = process();
	const events = createEvents(kernel);
	const safety = createSafety(kernel);
	const told: Desk['told'] = async (...types) => events.list({ types, limit: 100 });
	return {
		trading,
		get watch() {
			return watch;
		},
		restart: () => {
			watch = process();
		},
		seconds: async (count) => {
			for (let second = 0; second < count; second++) {
				database.clock.advance(SECOND);
				await watch.look();
				if (second % 5 === 4) await trading.orders.refreshEquity();
			}
		},
		account: async () => {
			const account = await findAccount(kernel.conn, accountId);
			if (account === null) throw new Error('no account');
			return account;
		},
		trips: async () => listOpenTrips(kernel.conn),
		causes: async () => (await listOpenTrips(kernel.conn)).map(({ cause, state }) => `${cause} ${state}`).sort(),
		told,
		warnings: async () =>
			(await told('risk.warning')).flatMap((each) =>
				each.type === 'risk.warning' ? [each.payload.warning] : [],
			),
		rearm: async () => safety.rearmDue(),
	};
}
