import { appendAudit } from '../../audit';
import { releaseLease, takeLease, type Kernel } from '../../db';
import { appendEvent } from '../../events';
import { PAPER_VENUE } from '../../exchange';
import { drillHandle, findAccount, retireMember } from '../../members';
import {
	isoTime, messageOf, newId, recordOf, refuse, SECOND, type AccountId, type Refused,
} from '../../model';
import { openTrades, workingOrders } from '../../orders';
import { clearTrip, listOpenTrips } from '../../safety';
import { NotRun } from './checks';
import { DRILL_ACTOR, type DrillDeps } from './deps';
import {
	DRILL_SCENARIOS, judged, scoreOf, type DrillReport, type DrillScenario, type ScenarioReport,
} from './drill';
import { insertDrill, runningDrill, saveDrill } from './drills.repository';
import { SCENARIOS } from './scenarios';
import { DrillStage, type DrillMarket } from './stage';

/** A drill is over in a minute: scenarios by then, the rest is cleaning up. */
const SCENARIO_SECONDS = 45;
const READY_SECONDS = 10;
/** One that is older and still said to run died with its process. */
const DEAD_AFTER_MS = 5 * 60 * SECOND;
/** One drill at a time, over all processes. */
const LEASE = 'fire-drill';
const MARKETS = 3;
const BALANCE = '10000';
const CURRENCY = 'USDT';

/** A place for each scenario, all of the drill's own member. */
interface Ground {
	readonly report: DrillReport;
	readonly handle: string;
	readonly accounts: Readonly<Record<DrillScenario, AccountId>>;
}

/** The drill's own member with an account of play money for every scenario. */
async function prepare({ kernel, members }: DrillDeps, actor: string): Promise<Ground> {
	const { clock, rng, rules } = kernel;
	const id = newId('drl', clock, rng);
	const handle = drillHandle(id);
	const accounts: [DrillScenario, AccountId][] = [];
	let memberId: DrillReport['memberId'] | null = null;
	for (const scenario of DRILL_SCENARIOS) {
		const view = await members.upsert({
			handle, displayName: 'Fire drill', zone: 'UTC', tier: 'OPERATOR', fireMode: 'MANUAL', autoSlots: 0,
			paperAccount: { label: scenario, balance: BALANCE, currency: CURRENCY, zone: 'UTC' },
			actor: DRILL_ACTOR,
		});
		const account = view.accounts.find(({ label }) => label === scenario);
		if (account === undefined) throw new Error(`The drill has no account for ${scenario}.`);
		memberId = view.id;
		accounts.push([scenario, account.id]);
	}
	if (memberId === null) throw new Error('The drill has no member.');
	const report: DrillReport = {
		id, memberId, actor, state: 'RUNNING', score: null, scenarios: [], startedAt: clock.now(), endedAt: null,
		policyVersion: rules.version,
	};
	return { report, handle, accounts: recordOf(accounts) };
}

/** Markets of the account's currency that have a price now. */
async function pricedMarkets({ exchanges }: DrillDeps): Promise<DrillMarket[]> {
	const found: DrillMarket[] = [];
	for (const market of await exchanges.for(PAPER_VENUE).markets()) {
		if (market.quote !== CURRENCY) continue;
		const quote = await exchanges.quotes.quote(PAPER_VENUE, market.symbol);
		if (quote !== null) found.push({ market, ask: quote.ask });
		if (found.length === MARKETS) break;
	}
	return found;
}

/** One scenario, with whatever it throws told in its report. */
async function rehearse(deps: DrillDeps, ground: Ground, scenario: DrillScenario): Promise<ScenarioReport> {
	const { clock } = deps.kernel;
	const accountId = ground.accounts[scenario];
	const began = clock.now();
	const seconds = (): number => (clock.now() - began) / SECOND;
	try {
		const stage = new DrillStage({
			deps, accountId, venue: PAPER_VENUE, handle: ground.handle, markets: await pricedMarkets(deps),
			deadline: began + SCENARIO_SECONDS * SECOND,
		});
		// The engine writes what a new account is worth; the gate opens nothing before.
		const worth = await stage.until(async () => {
			const account = await findAccount(deps.kernel.conn, accountId);
			return account?.equity ?? null;
		}, READY_SECONDS);
		if (worth === null) throw new NotRun('The engine did not value the account: it does not run. Activate the engine\'s workflow.');
		return judged(scenario, accountId, await SCENARIOS[scenario](stage), seconds());
	} catch (error) {
		const outcome = error instanceof NotRun ? 'not_run' : 'failed';
		return { scenario, accountId, outcome, seconds: seconds(), checks: [], explanation: messageOf(error) };
	}
}

/** Leaves nothing open on the drill's accounts, and nobody whom a signal could go to. */
async function cleanUp({ kernel, orders }: DrillDeps, { report, accounts }: Ground): Promise<void> {
	for (const accountId of Object.values(accounts)) {
		for (const order of await workingOrders(kernel.conn, { accountId })) {
			if (!order.reduceOnly) await orders.cancel(order.id, DRILL_ACTOR);
		}
		for (const { symbol } of await orders.positions(accountId)) {
			await orders.closePosition({ accountId, symbol, reason: 'kill_switch', actor: DRILL_ACTOR });
		}
	}
	const own: readonly (string | null)[] = [report.memberId, ...Object.values(accounts)];
	await kernel.transaction(async (trx) => {
		// What its own outages have tripped ends with it.
		for (const { id, scopeId } of await listOpenTrips(trx)) {
			if (!own.includes(scopeId)) continue;
			await clearTrip(trx, kernel, id, { actor: DRILL_ACTOR, reason: 'The fire drill is over.' });
		}
	});
	// For itself: what could not be closed keeps the member, not the trips.
	await kernel.transaction(async (trx) => {
		await retireMember(trx, kernel, report.memberId, DRILL_ACTOR, {
			// An entry of which nobody knows is part of the rehearsal; a position never may be left.
			openWork: async (_, accountId) =>
				(await openTrades(trx, accountId)).filter(({ state }) => state !== 'OPENING').length,
		});
	});
}

/** Stores how it went and tells of it, once. */
async function conclude(kernel: Kernel, report: DrillReport, accountId: AccountId): Promise<DrillReport> {
	const passed = report.scenarios.filter(({ outcome }) => outcome === 'passed').map(({ scenario }) => scenario);
	const failed = report.scenarios.filter(({ outcome }) => outcome !== 'passed').map(({ scenario }) => scenario);
	await kernel.transaction(async (trx) => {
		await saveDrill(trx, report, accountId);
		await appendAudit(trx, kernel, {
			actor: report.actor, action: 'drill.completed', subjectId: report.id, memberId: report.memberId,
			details: { state: report.state, score: report.score, passed, failed },
		});
		await appendEvent(trx, kernel, {
			type: 'drill.completed',
			subjectId: report.id,
			actor: report.actor,
			payload: { drill_id: report.id, score: report.score ?? 0, passed, failed },
		});
	});
	return report;
}

/**
 * Rehearses on the paper venue what must never go wrong, all scenarios side by side on accounts of
 * the drill's own, with the engine that runs. What is scored is what the database and the venue show.
 * Over within a minute. Refused: `DRILL_RUNNING`.
 */
export async function runDrill(deps: DrillDeps, actor: string): Promise<DrillReport | Refused> {
	const { kernel } = deps;
	const { clock, rng } = kernel;
	// A holder of its own: the same process may ask twice.
	const lease = await kernel.transaction(async (trx) =>
		takeLease(trx, LEASE, newId('hld', clock, rng), clock.now(), DEAD_AFTER_MS),
	);
	if (lease === null) {
		const running = await runningDrill(kernel.conn, clock.now() - DEAD_AFTER_MS);
		return refuse('DRILL_RUNNING', { started_at: isoTime(running?.startedAt ?? clock.now()) });
	}
	try {
		return await drill(deps, actor);
	} finally {
		await kernel.transaction(async (trx) => releaseLease(trx, lease));
	}
}

async function drill(deps: DrillDeps, actor: string): Promise<DrillReport> {
	const { kernel } = deps;
	const ground = await prepare(deps, actor);
	const first = ground.accounts.duplicate_alert;
	await kernel.transaction(async (trx) => {
		await insertDrill(trx, ground.report, first);
		await appendAudit(trx, kernel, {
			actor, action: 'drill.begun', subjectId: ground.report.id, memberId: ground.report.memberId, details: {},
		});
	});
	const scenarios = await Promise.all(
		DRILL_SCENARIOS.map(async (scenario) => rehearse(deps, ground, scenario)),
	);
	let state: DrillReport['state'] = 'DONE';
	try {
		await cleanUp(deps, ground);
	} catch (error) {
		state = 'BROKEN';
		kernel.log.error('A fire drill left something on its accounts.', { error: messageOf(error) });
	}
	const done = { ...ground.report, state, scenarios, score: scoreOf(scenarios), endedAt: kernel.clock.now() };
	return conclude(kernel, done, first);
}
