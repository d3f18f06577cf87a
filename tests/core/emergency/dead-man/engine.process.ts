import { assembleCore, type Core } from '../../../../core/core';
import { createKernel, openPool, type DatabaseConfig } from '../../../../core/db';
import {
	decimal, markAs, newId, STANDARD_POLICY, type AccountId, type MemberId, type RiskApproved,
} from '../../../../core/model';
import type { OrderIntent } from '../../../../core/orders';
import { serve } from '../../../support/processes';

export interface EngineQuestion {
	readonly config: DatabaseConfig;
	/** Ticks of a second each before it answers; 0: it goes on ticking after its answer, until it dies. */
	readonly seconds: number;
	readonly enter?: {
		readonly memberId: MemberId;
		readonly accountId: AccountId;
		readonly venue: string;
		readonly symbol: string;
		readonly price: number | null;
		readonly reference: number;
		readonly stop: number;
		readonly quantity: string;
	};
}

const approve = markAs<'RiskApproved'>();
const { emergency } = STANDARD_POLICY;
/** The shortest that venues take, so that nobody waits for a minute; stops are covered too. */
const deadMan = { mode: 'all', timeoutSeconds: 10, refreshSeconds: 2, retrySeconds: 1 } as const;

let made: Core | null = null;
function core(config: DatabaseConfig): Core {
	const policy = { ...STANDARD_POLICY, emergency: { ...emergency, deadMan } };
	const kernel = createKernel(openPool(config), { policy, sealingKey: new Uint8Array(32).fill(7) });
	return (made ??= assembleCore(kernel, { quotes: { quote: async () => null } }));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function enter({ kernel, orders }: Core, wish: NonNullable<EngineQuestion['enter']>): Promise<void> {
	const { clock, rng, rules } = kernel;
	const intent: RiskApproved<OrderIntent> = approve({
		accountId: wish.accountId, memberId: wish.memberId, signalId: newId('sig', clock, rng),
		ticketId: newId('tkt', clock, rng), source: 'test', venue: wish.venue, symbol: wish.symbol, side: 'buy',
		type: wish.price === null ? 'market' : 'limit', quantity: decimal(wish.quantity), givenQuantity: null,
		price: wish.price === null ? null : decimal(wish.price), triggerPrice: null,
		referencePrice: decimal(wish.reference), stopLoss: decimal(wish.stop), targets: [], risk: decimal(10),
		cash: decimal(600), policyVersion: rules.version,
	});
	const { order } = await kernel.transaction(async (trx) =>
		orders.createEntry(trx, intent, { reservationId: null, actor: 'test' }),
	);
	await orders.dispatch(order.id);
}

/** The whole core with its engine, in a process that can be killed. */
serve<EngineQuestion, null>(async ({ config, seconds, enter: wish }) => {
	const own = core(config);
	if (wish !== undefined) await enter(own, wish);
	const tick = async (): Promise<void> => {
		await own.engine.tick();
		await pause(1_000);
	};
	for (let second = 0; second < seconds; second += 1) await tick();
	if (seconds === 0) void (async () => {
		for (;;) await tick();
	})();
	return null;
});
