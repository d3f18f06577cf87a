import { isRefused, isZero, SECOND } from '../../../model';
import { WORKING_STATES } from '../../../orders';
import { clearTrip } from '../../../safety';
import { FLATTEN_PHRASE, type TripStatus } from '../../emergency';
import { DRILL_ACTOR } from '../deps';
import type { DrillCheck } from '../drill';
import { check, finished, mustFire, NotRun } from '../checks';
import type { DrillStage } from '../stage';

const ENTRIES_SECONDS = 5;
const FLAT_SECONDS = 10;

/** Codes by which a stop refuses: in the gate, at the press, when sending. */
const BY_STOP = ['TRADING_STATE', 'TRADING_STOPPED', 'STOP_LATCH'];

const since = (trip: TripStatus, at: number | null | undefined): number | null =>
	at === null || at === undefined ? null : (at - trip.trip.openedAt) / SECOND;
const within = (seconds: number | null, limit: number): boolean => seconds !== null && seconds <= limit;
const told = (seconds: number | null): string => (seconds === null ? 'not' : `${seconds} s after the stop`);

/** What is left on the account when everything should be gone. */
async function leftovers(stage: DrillStage): Promise<string> {
	const left: string[] = [];
	for (const place of stage.parts.markets.slice(0, 2)) {
		const { symbol } = place.market;
		const open = (await stage.atVenue(symbol)).filter(({ state }) => ['OPEN', 'TRIGGERED', 'PARTIALLY_FILLED'].includes(state));
		const held = [await stage.held(symbol), await stage.heldAtVenue(place)];
		if (open.length > 0 || held.some((quantity) => !isZero(quantity))) {
			left.push(`${symbol}: ${open.length} orders, ${held.join(' and ')} held`);
		}
	}
	return left.join('; ');
}

async function observe(stage: DrillStage, tripId: TripStatus['trip']['id']): Promise<DrillCheck[]> {
	const { emergency } = stage.deps;
	// In a market of its own, so that nothing but the stop can refuse it.
	const after = await stage.enter(stage.alert(stage.market(2)));
	const byStop = after.kind === 'refused' && after.codes.some((code) => BY_STOP.includes(code));
	const done = await stage.until(async () => {
		const status = await emergency.describe(tripId);
		return status?.flattening?.state === 'FLAT' ? status : null;
	}, FLAT_SECONDS + 10);
	const status = done ?? (await emergency.describe(tripId));
	const [entriesDone, flat] = status === null
		? [null, null]
		: [since(status, status.flattening?.entriesDoneAt), since(status, status.flattening?.flatAt)];
	const resting = (await stage.ours(stage.market(1).market.symbol)).filter(({ state }) => WORKING_STATES.includes(state));
	const left = await leftovers(stage);
	return [
		check('the stop refuses what comes after it', byStop, after.kind === 'refused' ? after.codes.join(', ') : 'an order was made'),
		check(`waiting entries are cancelled within ${ENTRIES_SECONDS} s`, within(entriesDone, ENTRIES_SECONDS) && resting.length === 0, `${told(entriesDone)}, ${resting.length} left`),
		check(`flat within ${FLAT_SECONDS} s`, within(flat, FLAT_SECONDS), told(flat)),
		check('the venue agrees that nothing is left', left === '', left === '' ? 'nothing is left' : left),
		check('the account stays locked', status?.trip.state === 'LOCKED', status?.trip.state ?? 'no trip'),
	];
}

/** A position and a waiting entry; then everything is stopped and closed. */
export async function kill(stage: DrillStage): Promise<DrillCheck[]> {
	const { emergency, kernel } = stage.deps;
	mustFire(await stage.enter(stage.alert(stage.market(0))));
	mustFire(await stage.enter(stage.alert(stage.market(1), 'limit')));
	const filled = await finished(stage, stage.market(0).market.symbol, 8);
	if (filled?.state !== 'FILLED') throw new NotRun('The position that was to be closed did not open.');
	const { symbol } = stage.market(1).market;
	const waits = await stage.until(
		async () => ((await stage.atVenue(symbol)).some(({ state }) => state === 'OPEN') ? true : null),
		8,
	);
	if (waits === null) throw new NotRun('The entry that was to be cancelled did not come to wait at the venue.');
	const stopped = await emergency.trip({
		scope: 'account', scopeId: stage.accountId, symbol: null, state: 'FLATTENING', reason: 'Fire drill',
		by: null, actor: DRILL_ACTOR, phrase: FLATTEN_PHRASE,
	});
	if (isRefused(stopped) || stopped.kind !== 'stopped') {
		return [check('the stop is taken', false, isRefused(stopped) ? stopped.message : 'it asks first')];
	}
	try {
		return await observe(stage, stopped.trip.id);
	} finally {
		// The drill's own stop on the drill's own account: it leaves none open behind it.
		await kernel.transaction(async (trx) =>
			clearTrip(trx, kernel, stopped.trip.id, { actor: DRILL_ACTOR, reason: 'The fire drill is over.' }),
		);
	}
}
