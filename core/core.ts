import { createAudit, type Audit } from './audit';
import { createCompliance, type Compliance } from './compliance';
import type { Kernel } from './db';
import { drillEntry } from './drill-entry';
import {
	createDeadMan, createDrills, createEmergency, type DeadMan, type Drills, type Emergency,
} from './emergency';
import { createEngine, engineJobs, type Engine } from './engine';
import { appendEvent, createEvents, type Events } from './events';
import {
	changePaperAccount, checkPaperSource, createConnections, createExchanges, openPaperAccount, probeVenue,
	type Bars, type Connections, type Exchanges, type Quotes, type Sleep,
} from './exchange';
import {
	countWaitingTickets,
	createFireModes,
	signalProgress,
	type FireModes,
} from './firemodes';
import { createFollow, type Follow } from './follow';
import {
	createLiveSwitch, createMembers, findVenue, openAccountKeys, type LiveSwitch, type Members,
} from './members';
import { createNotifications, type Notifications, type Transports } from './notifications';
import {
	awaitComparison, createOrders, createReconciliation, openTrades, type Orders, type Reconciliation,
} from './orders';
import { createReadiness, type ReadinessService } from './readiness';
import {
	createBehaviour, createNews, createRisk, createRiskWatch, type Behaviour, type News, type Risk,
	type RiskWatch,
} from './risk';
import { createSafety, type Safety } from './safety';
import { createSignals, type Signals } from './signals';
import { createXp, type Xp } from './xp';

/** Everything the system does, wired on one database. */
export interface Core {
	readonly kernel: Kernel;
	readonly audit: Audit;
	readonly events: Events;
	readonly safety: Safety;
	readonly members: Members;
	/** Accounts at venues: connect, disconnect. */
	readonly connections: Connections;
	/** The second switch of accounts with real money. */
	readonly liveSwitch: LiveSwitch;
	readonly signals: Signals;
	readonly exchanges: Exchanges;
	readonly orders: Orders;
	/** Comparing accounts with their venues; issues. */
	readonly reconciliation: Reconciliation;
	readonly readiness: ReadinessService;
	readonly risk: Risk;
	/** The order-to-trade meter and its review of every day. */
	readonly compliance: Compliance;
	/** The watch over open risk. */
	readonly riskWatch: RiskWatch;
	/** When trading pauses for events, and for whom. */
	readonly news: News;
	/** What losses and haste do to a member's freedom to open trades. */
	readonly behaviour: Behaviour;
	/** Stopping, flattening and going on again. */
	readonly emergency: Emergency;
	/** Timers at the venues that cancel what rests when the engine is gone. */
	readonly deadMan: DeadMan;
	/** Fire drills on the paper venue. */
	readonly drills: Drills;
	readonly firemodes: FireModes;
	readonly xp: Xp;
	readonly notifications: Notifications;
	readonly engine: Engine;
	readonly follow: Follow;
	/** For scripts, benches and tests. Nodes never call it: the process owns the database. */
	close(): Promise<void>;
}

/** What a core is wired with; tests and the backtester bring their own. */
export interface CoreParts {
	readonly quotes: Quotes;
	/** Price bars of the paper venue; without them no ATR is known. */
	readonly bars?: Bars;
	/** Folder of recordings that paper accounts can replay. */
	readonly replayFolder?: string | null;
	/** How paper requests wait for their latency. */
	readonly sleep?: Sleep;
	/** How a fire drill waits, ms; by the machine's clock unless given. */
	pause?(milliseconds: number): Promise<void>;
	/** In place of the paper venue over `quotes`. */
	readonly exchanges?: Exchanges;
	readonly transports?: Transports;
	onClose?(): Promise<void>;
}

const pause = async (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The venues of this installation, with the keys and addresses that are stored here. */
function venuesOf(kernel: Kernel, parts: CoreParts): Exchanges {
	return createExchanges(kernel, {
		quotes: parts.quotes,
		...(parts.bars === undefined ? {} : { bars: parts.bars }),
		...(parts.replayFolder === undefined ? {} : { replayFolder: parts.replayFolder }),
		...(parts.sleep === undefined ? {} : { sleep: parts.sleep }),
		access: {
			keys: async (accountId) => openAccountKeys(kernel.conn, kernel, accountId),
			venue: async (name) => findVenue(kernel.conn, name),
		},
	});
}

/** Wires all features on a migrated database. */
export function assembleCore(kernel: Kernel, parts: CoreParts): Core {
	const audit = createAudit(kernel, {
		checkpointMade: async (trx, { chainSeq: number, hash }) => {
			const payload = { number, hash };
			await appendEvent(trx, kernel, { type: 'audit.checkpoint', actor: 'engine', payload });
		},
	});
	const events = createEvents(kernel);
	const safety = createSafety(kernel);
	const members = createMembers(kernel, {
		openPaperAccount: async (trx, at, account) => {
			// A source of prices that there is not is refused before there is an account.
			if (parts.exchanges === undefined) await checkPaperSource(account.venue, parts.replayFolder ?? null);
			exchanges.for(account.venue);
			await openPaperAccount(trx, at, account);
		},
		changePaperAccount,
	});
	const liveSwitch = createLiveSwitch(kernel);
	const signals = createSignals(kernel, signalProgress(kernel));
	const exchanges = parts.exchanges ?? venuesOf(kernel, parts);
	const deadMan = createDeadMan({ kernel, exchanges });
	const connections = createConnections(kernel, {
		members,
		probe: probeVenue,
		openWork: async (trx, accountId) => (await openTrades(trx, accountId)).length,
		awaitComparison: async (trx, accountId) => awaitComparison(trx, kernel, accountId),
		forget: (accountId) => exchanges.forget(accountId),
		release: async (accountId) => deadMan.release(accountId),
	});
	const orders = createOrders(kernel, exchanges);
	const reconciliation = createReconciliation(kernel, exchanges);
	const readiness = createReadiness(kernel);
	const behaviour = createBehaviour(kernel);
	const risk = createRisk(kernel, { signals, exchanges, waitingTickets: countWaitingTickets });
	const emergency = createEmergency({ kernel, orders, exchanges });
	const news = createNews(kernel);
	const riskWatch = createRiskWatch({
		kernel, exchanges, behaviour,
		deadMan: async (id) => (await deadMan.standing([id]))[0] ?? null,
	});
	const compliance = createCompliance(kernel);
	const firemodes = createFireModes({ kernel, risk, orders, signals, exchanges });
	const drills = createDrills({
		kernel, exchanges, signals, orders, members, emergency,
		enter: drillEntry({ kernel, risk, signals, exchanges, firemodes }),
		pause: parts.pause ?? pause,
	});
	const xp = createXp(kernel);
	const notifications = createNotifications(
		kernel,
		parts.transports === undefined ? {} : { transports: parts.transports },
	);
	const engine = createEngine(
		kernel,
		engineJobs({
			audit, compliance, events, safety, signals, orders, reconciliation, readiness, risk, riskWatch, behaviour, emergency, deadMan,
			firemodes, news, notifications,
		}),
	);
	const follow = createFollow(kernel, { xp, notifications });
	return {
		kernel, audit, events, safety, members, connections, liveSwitch, signals, exchanges, orders, reconciliation,
		readiness, compliance, risk, riskWatch, behaviour, emergency, deadMan, drills, firemodes, news, xp, notifications, engine, follow,
		close: async () => {
			await engine.stop();
			await exchanges.close();
			await parts.onClose?.();
		},
	};
}
