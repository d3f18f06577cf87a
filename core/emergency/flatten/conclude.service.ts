import type { Trx } from '../../db';
import { appendAudit } from '../../audit';
import { appendEvent } from '../../events';
import { findAccount } from '../../members';
import { isId, SECOND, type AccountId, type MemberId } from '../../model';
import { settleIssue, upsertIssue } from '../../orders';
import { coversSymbol, lockTrip, type Trip } from '../../safety';
import type { AccountFlattening, Flattening, Leftover } from '../emergency';
import {
	accountsOfFlattenings, addAccount, beginFlattening, flatteningsOf, lockFlattening,
	saveAccountFlattening, saveFlattening,
} from '../flattenings.repository';
import type { AccountLane, LaneResult } from './account-lane';
import { placesSince } from './account.queries';
import { ENGINE_ACTOR, type EmergencyDeps } from './deps';
import { leftInBooks } from './leftovers';
import { readScene, within, type Scene } from './scene';
import { LOOK_BACK_MS } from './verify';

/** Sentences about what is left that one alert holds. */
const TOLD_MAX = 10;

/** What the turns so far have found, as this process remembers it. */
export interface Found {
	/** Accounts whose turn has not ended, or not begun. */
	readonly under: { has(accountId: AccountId): boolean };
	readonly failures: ReadonlyMap<AccountId, number>;
	readonly nextAt: ReadonlyMap<AccountId, number>;
	/** What the last turn of an account has found, and for which stops: it says nothing about others. */
	readonly results: ReadonlyMap<AccountId, LaneResult & Pick<AccountLane, 'trips'>>;
}

const isFlattening = ({ state }: Trip): boolean => state === 'FLATTENING';

function freshAccount(trip: Trip, accountId: AccountId, now: number): AccountFlattening {
	return {
		tripId: trip.id, accountId, state: 'RUNNING', failures: 0, nextAt: now, error: null,
		leftovers: [], entriesDoneAt: null, flatAt: null, updatedAt: now,
	};
}

/** Writes down which accounts each flattening is about; those that turn up later are added. */
export async function begin({ kernel }: EmergencyDeps, trips: readonly Trip[]): Promise<void> {
	const flattening = trips.filter(isFlattening);
	if (flattening.length === 0) return;
	const { conn, clock } = kernel;
	const now = clock.now();
	const ids = flattening.map(({ id }) => id);
	const begun = await flatteningsOf(conn, ids);
	const fresh = flattening.some(({ id }) => !begun.has(id));
	const recent = fresh ? await placesSince(conn, now - LOOK_BACK_MS) : [];
	const scene = await readScene(conn, now, flattening, recent);
	const rows = await accountsOfFlattenings(conn, ids);
	for (const trip of flattening) {
		const meant = within(scene, trip);
		const places = [...meant.trades, ...meant.entries, ...(begun.has(trip.id) ? [] : meant.recent)];
		const open = new Set(places.map(({ accountId }) => accountId));
		const known = new Set(rows.filter(({ tripId }) => tripId === trip.id).map(({ accountId }) => accountId));
		const accounts = [...open].filter((id) => !known.has(id)).map((id) => freshAccount(trip, id, now));
		if (begun.has(trip.id)) {
			for (const account of accounts) await addAccount(conn, account);
			continue;
		}
		const first: Flattening = {
			tripId: trip.id, state: 'RUNNING', startedAt: trip.openedAt, entriesDoneAt: null,
			flatAt: null, toldAt: null, updatedAt: now,
		};
		await kernel.transaction(async (trx) => beginFlattening(trx, first, accounts));
	}
}

/** What is left of an account within a trip: by our books, and by what its venue said. */
function leftOf(trip: Trip, scene: Scene, accountId: AccountId, result: LaneResult | null): Leftover[] {
	const books = leftInBooks(accountId, within(scene, trip));
	if (books.length > 0) return books;
	if (result === null) return [unseen(accountId, 'The account has not been looked at yet.')];
	if (result.failure !== null) return [unseen(accountId, result.failure)];
	const wanted = ({ symbol }: Leftover): boolean => trip.symbol === null || coversSymbol(trip.symbol, symbol);
	return result.leftovers.filter(wanted);
}

const unseen = (accountId: AccountId, detail: string): Leftover => ({
	accountId, kind: 'venue', symbol: null, quantity: null, orderId: null, detail,
});

/** The account's row after this turn. */
function advanced(
	{ kernel }: EmergencyDeps,
	trip: Trip,
	row: AccountFlattening,
	scene: Scene,
	found: Found,
): AccountFlattening {
	const now = kernel.clock.now();
	const { accountId } = row;
	const last = found.results.get(accountId);
	const result = last?.trips.has(trip.id) === true ? last : null;
	const leftovers = leftOf(trip, scene, accountId, result);
	const isFlat = leftovers.length === 0 && !found.under.has(accountId);
	const late = now - trip.openedAt >= kernel.rules.policy.emergency.incompleteAfterSeconds * SECOND;
	return {
		...row,
		state: isFlat ? 'FLAT' : late || row.state === 'INCOMPLETE' ? 'INCOMPLETE' : 'RUNNING',
		failures: found.failures.get(accountId) ?? 0,
		nextAt: found.nextAt.get(accountId) ?? row.nextAt,
		error: result?.failure ?? null,
		leftovers: isFlat ? [] : leftovers,
		entriesDoneAt: row.entriesDoneAt ?? result?.entriesDoneAt ?? null,
		flatAt: isFlat ? (row.flatAt ?? now) : null,
	};
}

function differs(a: AccountFlattening, b: AccountFlattening): boolean {
	return JSON.stringify(a) !== JSON.stringify(b);
}

/** Keeps one issue open for an account that is not flat in time; the trip's own event tells of it. */
async function noteIssue(
	trx: Trx,
	{ kernel }: EmergencyDeps,
	before: AccountFlattening,
	after: AccountFlattening,
): Promise<void> {
	const key = { accountId: after.accountId, symbol: null, kind: 'FLATTEN_INCOMPLETE' } as const;
	if (after.state === 'INCOMPLETE') {
		const words = after.leftovers.map(({ detail }) => detail).slice(0, TOLD_MAX).join(' ');
		const detail = `The kill switch could not close everything yet: ${words} It keeps trying; look at the venue.`;
		await upsertIssue(trx, kernel, { ...key, severity: 'critical', detail });
	} else if (before.state === 'INCOMPLETE') {
		await settleIssue(trx, kernel, key, { resolution: 'everything is closed' });
	}
}

async function saveAccounts(
	deps: EmergencyDeps,
	trip: Trip,
	rows: readonly AccountFlattening[],
	scene: Scene,
	found: Found,
): Promise<AccountFlattening[]> {
	const { kernel } = deps;
	const all: AccountFlattening[] = [];
	for (const row of rows) {
		const after = row.state === 'RELEASED' ? row : advanced(deps, trip, row, scene, found);
		all.push(after);
		if (!differs(row, after)) continue;
		const saved = { ...after, updatedAt: kernel.clock.now() };
		await kernel.transaction(async (trx) => {
			if (await saveAccountFlattening(trx, saved)) await noteIssue(trx, deps, row, saved);
		});
	}
	return all;
}

/** Whom to tell: whoever the stop is about, else the operator. */
async function addressOf(
	trx: Trx,
	{ scopeId }: Trip,
): Promise<{ readonly memberId: MemberId | null; readonly accountId: AccountId | null }> {
	if (isId('mbr', scopeId)) return { memberId: scopeId, accountId: null };
	if (!isId('acc', scopeId)) return { memberId: null, accountId: null };
	const account = await findAccount(trx, scopeId);
	return { memberId: account?.memberId ?? null, accountId: scopeId };
}

async function tell(
	trx: Trx,
	{ kernel }: EmergencyDeps,
	trip: Trip,
	left: readonly AccountFlattening[],
): Promise<void> {
	const details = left.flatMap(({ leftovers }) => leftovers.map(({ detail }) => detail));
	await appendAudit(trx, kernel, {
		actor: ENGINE_ACTOR,
		action: 'flatten.incomplete',
		subjectId: trip.id,
		details: { accounts: left.map(({ accountId }) => accountId), left: details },
	});
	await appendEvent(trx, kernel, {
		type: 'trading_state.incomplete',
		...(await addressOf(trx, trip)),
		subjectId: trip.id,
		actor: ENGINE_ACTOR,
		payload: {
			trip_id: trip.id, scope: trip.scope, accounts: left.length,
			left: details.slice(0, TOLD_MAX), left_count: details.length,
		},
	});
}

/** When the last account had nothing working any more; null while one has. */
function entriesDone(rows: readonly AccountFlattening[]): number | null {
	const own = rows.filter(({ state }) => state !== 'RELEASED');
	const times = own.flatMap(({ entriesDoneAt }) => entriesDoneAt ?? []);
	return times.length < own.length || times.length === 0 ? null : Math.max(...times);
}

/** Everything is closed, and the venues say so: FLATTENING becomes LOCKED. */
async function finish(
	trx: Trx,
	{ kernel }: EmergencyDeps,
	trip: Trip,
	before: Flattening,
	rows: readonly AccountFlattening[],
): Promise<void> {
	const now = kernel.clock.now();
	const released = rows.filter(({ state }) => state === 'RELEASED').map(({ accountId }) => accountId);
	const accounts = rows.length - released.length;
	const entriesDoneAt = before.entriesDoneAt ?? entriesDone(rows) ?? now;
	await saveFlattening(trx, { ...before, state: 'FLAT', entriesDoneAt, flatAt: now, updatedAt: now });
	await appendAudit(trx, kernel, {
		actor: ENGINE_ACTOR,
		action: 'flatten.flat',
		subjectId: trip.id,
		details: { accounts, released, took_ms: now - trip.openedAt },
	});
	await appendEvent(trx, kernel, {
		type: 'trading_state.flat',
		...(await addressOf(trx, trip)),
		subjectId: trip.id,
		actor: ENGINE_ACTOR,
		payload: {
			trip_id: trip.id, scope: trip.scope, accounts, took_ms: now - trip.openedAt,
			...(released.length === 0 ? {} : { released: released.length }),
		},
	});
}

/** Notes how far a flattening has come. @returns whether it is over with this */
async function concludeTrip(
	deps: EmergencyDeps,
	trip: Trip,
	accounts: readonly AccountFlattening[],
): Promise<boolean> {
	const { kernel } = deps;
	const left = accounts.filter(({ state }) => state !== 'FLAT' && state !== 'RELEASED');
	const incomplete = left.filter(({ state }) => state === 'INCOMPLETE');
	return kernel.transaction(async (trx) => {
		if (left.length === 0) await lockTrip(trx, kernel, trip.id);
		const before = await lockFlattening(trx, trip.id);
		if (before === null || before.state === 'FLAT') return false;
		if (left.length === 0) {
			await finish(trx, deps, trip, before, accounts);
			return true;
		}
		const now = kernel.clock.now();
		const tells = incomplete.length > 0 && before.toldAt === null;
		const after: Flattening = {
			...before,
			state: incomplete.length > 0 ? 'INCOMPLETE' : before.state,
			entriesDoneAt: before.entriesDoneAt ?? entriesDone(accounts),
			toldAt: tells ? now : before.toldAt,
		};
		if (JSON.stringify(after) !== JSON.stringify(before)) {
			await saveFlattening(trx, { ...after, updatedAt: now });
		}
		if (tells) await tell(trx, deps, trip, incomplete);
		return false;
	});
}

/** After the turns: every account's row, then every trip. @returns how many trips are over with this */
export async function conclude(
	deps: EmergencyDeps,
	trips: readonly Trip[],
	found: Found,
): Promise<number> {
	const flattening = trips.filter(isFlattening);
	if (flattening.length === 0) return 0;
	const { conn, clock } = deps.kernel;
	const scene = await readScene(conn, clock.now(), flattening);
	const rows = await accountsOfFlattenings(conn, flattening.map(({ id }) => id));
	let over = 0;
	for (const trip of flattening) {
		const own = rows.filter(({ tripId }) => tripId === trip.id);
		const accounts = await saveAccounts(deps, trip, own, scene, found);
		if (await concludeTrip(deps, trip, accounts)) over++;
	}
	return over;
}
