import { dirname, join } from 'node:path';
import {
	closePool,
	createKernel,
	migrate,
	openPool,
	readSetting,
	settleSetting,
	type DatabaseConfig,
	type Logger,
	type Pool,
} from './db';
import { assembleCore, type Core } from './core';
import { notePolicy } from './policy-in-force';
import { settleEncryptionKey, sealingKeyOf } from './encryption-key';
import { createDemoBars, createDemoQuotes, DEMO_SEED } from './exchange';
import {
	FirecontrolError,
	messageOf,
	parsePolicy,
	sha256,
	STANDARD_POLICY,
	systemClock,
	type Policy,
} from './model';
import type { Transports } from './notifications';

/** What opens a core. */
export interface CoreConfig {
	readonly database: DatabaseConfig;
	/** Seals keys and channel settings at rest; the same for every process of an installation. */
	readonly encryptionKey: string;
	/** The key until now, while it is being changed: what it sealed is sealed anew. */
	readonly previousEncryptionKey?: string;
	readonly log?: Logger;
	/** Seed of the demo market; the first one an installation was opened with stays. */
	readonly demoSeed?: number;
	/** Whether n8n runs in queue mode (`EXECUTIONS_MODE=queue`), with state shared by machines. */
	readonly queueMode?: boolean;
	/**
	 * Folder of recorded prices that paper accounts can replay; `replay` beside a SQLite database
	 * unless given.
	 */
	readonly replayFolder?: string;
	/** Ways out to people; tests and scripts replace them. */
	readonly transports?: Transports;
}

const REGISTRY = Symbol.for('firecontrol.cores');

/** Database and encryption key, both hashed. */
type CacheKey = `${string}:${string}`;
type Registry = Map<CacheKey, Promise<Core>>;

function registry(): Registry {
	const known: unknown = Reflect.get(globalThis, REGISTRY);
	if (known instanceof Map) return known;
	const made: Registry = new Map();
	Reflect.set(globalThis, REGISTRY, made);
	return made;
}

async function migrated(pool: Pool): Promise<void> {
	try {
		await migrate(pool);
	} catch (cause) {
		if (cause instanceof FirecontrolError) throw cause;
		throw new FirecontrolError(
			'DATABASE_UNAVAILABLE',
			`The database does not answer: ${messageOf(cause)}. Check the Firecontrol Database credential and that the server runs.`,
			{ cause, retryable: true },
		);
	}
}

async function activePolicy(pool: Pool): Promise<Policy> {
	const stored = await readSetting<unknown>(pool.conn, 'policy');
	return stored === null ? STANDARD_POLICY : parsePolicy(stored);
}

/** Closes the pool once no core in this process is open on the database, or opening. */
async function leave(pool: Pool, key: CacheKey): Promise<void> {
	registry().delete(key);
	const [place] = key.split(':');
	const shared = [...registry().keys()].some((other) => other.startsWith(`${place}:`));
	if (!shared) await closePool(pool);
}

function replayFolderOf({ replayFolder, database }: CoreConfig): string | null {
	if (replayFolder !== undefined && replayFolder !== '') return replayFolder;
	return database.client === 'sqlite' ? join(dirname(database.file), 'replay') : null;
}

async function wire(config: CoreConfig, pool: Pool, key: CacheKey): Promise<Core> {
	const sealingKey = sealingKeyOf(config.encryptionKey);
	const { previousEncryptionKey = '' } = config;
	await migrated(pool);
	const policy = await activePolicy(pool);
	const kernel = createKernel(pool, {
		policy,
		sealingKey,
		...(config.log === undefined ? {} : { log: config.log }),
	});
	const previous = previousEncryptionKey === '' ? null : sealingKeyOf(previousEncryptionKey);
	await settleEncryptionKey(kernel, sealingKey, previous);
	await notePolicy(kernel);
	const wanted = config.demoSeed ?? DEMO_SEED;
	const seed = await settleSetting(pool.conn, 'demo_seed', wanted, systemClock.now());
	const core = assembleCore(kernel, {
		quotes: createDemoQuotes(kernel.clock, seed),
		bars: createDemoBars(seed),
		replayFolder: replayFolderOf(config),
		...(config.transports === undefined ? {} : { transports: config.transports }),
		onClose: async () => leave(pool, key),
	});
	await core.members.seedOperator();
	await core.orders.refreshEquity().catch((error: unknown) => {
		// The engine asks again every few seconds; until then the gate says that it does not know.
		kernel.log.warn('Equity could not be computed at the start.', { error: messageOf(error) });
	});
	return core;
}

async function open(config: CoreConfig, key: CacheKey): Promise<Core> {
	const pool = openPool(config.database);
	try {
		return await wire(config, pool, key);
	} catch (error) {
		// A failed opening is forgotten, so that the next call tries again.
		await leave(pool, key);
		throw error;
	}
}

/**
 * The core of this database: opened once per process, its schema brought up to date, the built-in
 * member `operator` made. A failed opening is forgotten, so that the next call tries again.
 * @throws FirecontrolError `SQLITE_IN_QUEUE_MODE`, `ENCRYPTION_KEY_MISSING`, `DATABASE_UNAVAILABLE`,
 * `SCHEMA_NEWER`, `SEALING_KEY_WRONG`, `POLICY_INVALID`
 */
export async function openCore(config: CoreConfig): Promise<Core> {
	const { database } = config;
	if (config.queueMode === true && database.client === 'sqlite') {
		throw new FirecontrolError(
			'SQLITE_IN_QUEUE_MODE',
			'n8n runs in queue mode, where every worker would have a SQLite file of its own. Choose PostgreSQL in the Firecontrol Database credential.',
		);
	}
	const place = database.client === 'sqlite' ? database.file : database.connectionString;
	const keyOf = (encryptionKey: string): CacheKey => `${sha256(place)}:${sha256(encryptionKey)}`;
	const key = keyOf(config.encryptionKey);
	const known = registry().get(key);
	if (known !== undefined) return known;
	const opening = open(config, key);
	registry().set(key, opening);
	opening.then(
		// The former key opens nothing from now on; who holds a core of it goes on.
		() => registry().delete(keyOf(config.previousEncryptionKey ?? '')),
		() => {
			if (registry().get(key) === opening) registry().delete(key);
		},
	);
	return opening;
}
