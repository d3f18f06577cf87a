import { holdsLease, takeLease } from '../../../db';
import { exchangesOf, type Exchange } from '../../../exchange';
import { newId, SECOND, type LeaseHolder } from '../../../model';
import { createOrders } from '../../../orders';
import type { DrillCheck } from '../drill';
import { check, filledOnce } from '../checks';
import { NotRun } from '../checks';
import type { DrillStage } from '../stage';

const LEASE_MS = 2 * SECOND;
/** What the dying process does after its death comes so late that it changes nothing. */
const NEVER_MS = 120 * SECOND;

/** The venue, as a process sees it that dies between the venue's taking the order and its answer. */
function dying(exchange: Exchange, died: () => void): Exchange {
	return new Proxy(exchange, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name, target);
			if (typeof member !== 'function') return member;
			return async (...args: unknown[]) => {
				const result: unknown = await Reflect.apply(member, target, args);
				if (name !== 'submit') return result;
				died();
				return new Promise((_, reject) => {
					setTimeout(() => reject(new Error('This process is dead.')), NEVER_MS).unref();
				});
			};
		},
	});
}

/** The lease of a dead process passes on, and its old proof counts no more. */
async function leasePasses(stage: DrillStage): Promise<DrillCheck> {
	const { kernel } = stage.deps;
	const name = `drill:${stage.accountId}`;
	const holders: readonly LeaseHolder[] = [0, 1].map(() => newId('hld', kernel.clock, kernel.rng));
	const take = async (holder: LeaseHolder | undefined) =>
		holder === undefined
			? null
			: kernel.transaction(async (trx) => takeLease(trx, name, holder, stage.now(), LEASE_MS));
	const dead = await take(holders[0]);
	const refused = await take(holders[1]);
	const next = await stage.until(async () => take(holders[1]), 8);
	const stillValid = dead !== null &&
		(await kernel.transaction(async (trx) => holdsLease(trx, dead, stage.now())));
	const passed = dead !== null && refused === null && next !== null && next.token > dead.token && !stillValid;
	const observed = `token ${dead?.token ?? 'none'}, then ${next?.token ?? 'none'}; the old one ${stillValid ? 'still counts' : 'counts no more'}`;
	return check('its lease passes to the next process, and its own proof counts no more', passed, observed);
}

/** A process dies after the venue took its order: another finds it, books it once and protects it. */
export async function engineKilled(stage: DrillStage): Promise<DrillCheck[]> {
	const { kernel, exchanges } = stage.deps;
	const place = stage.market();
	const venue = exchanges.for(stage.parts.venue);
	let die = (): void => {};
	const death = new Promise<'dead'>((resolve) => {
		die = () => resolve('dead');
	});
	const orders = createOrders(kernel, exchangesOf([dying(venue, die)], exchanges.quotes, exchanges.bars));
	const { signalId } = await stage.send(stage.alert(place));
	const life = stage.fire(signalId, orders);
	// Nobody waits for the rest of a life.
	life.catch(() => {});
	const end = await Promise.race([death, life]);
	if (end !== 'dead') {
		const why = end.kind === 'refused' ? end.codes.join(', ') : 'the order was not sent';
		throw new NotRun(`The drill's own alert was not let through: ${why}.`);
	}
	await stage.deps.signals.settle([signalId], 'succeeded');
	const [left] = await stage.ours(place.market.symbol);
	const lease = await leasePasses(stage);
	return [
		check('it died with the order on its way', left?.state === 'SUBMITTING', left?.state ?? 'none'),
		lease,
		...(await filledOnce(stage, place, 20)),
	];
}
