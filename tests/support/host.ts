import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `firecontrol-demo.json` holds. */
export interface DemoRun {
	readonly editorUrl: string;
	readonly signalUrl: string;
	readonly statusUrl: string;
	readonly fireUrl: string;
	readonly token: string;
}

/** A running n8n; see scripts/lib/n8n-process.mjs. */
export interface RunningN8n {
	readonly pid: number;
	readonly port: number;
	readonly log: string;
	readonly urls: DemoRun & { readonly healthUrl: string };
	stop(options?: { graceMs?: number }): Promise<void>;
	kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
	restart(options?: { env?: Record<string, string> }): Promise<RunningN8n>;
}

/** The secrets of a user folder, as scripts/lib/installation.mjs keeps them. */
export interface Installation {
	readonly encryptionKey: string;
	readonly token: string;
	readonly hmacSecret: string;
	readonly editor: { readonly email: string; readonly password: string };
	readonly databaseFile: string;
}

/** What every local run has. */
export interface PreparedRun {
	readonly installation: Installation;
	readonly packFolder: string;
}

/** A whole local Firecontrol; see scripts/lib/local-run.mjs. */
export interface LocalRun extends PreparedRun {
	readonly n8n: RunningN8n;
	readonly demo: DemoRun;
	stop(): Promise<void>;
}

export interface LocalRunOptions {
	readonly userFolder: string;
	readonly port: number;
	readonly env?: Record<string, string>;
	/** Paths of workflow files; the shipped templates unless given. */
	readonly templates?: readonly string[];
}

export interface RunOptions {
	readonly cwd?: string;
	readonly env?: Record<string, string>;
	readonly log: string;
	readonly timeoutMs?: number;
}

/** A workflow as n8n stores it. */
export interface LinkedWorkflow {
	readonly id: string;
	readonly active: boolean;
	readonly nodes: readonly {
		readonly name: string;
		readonly type: string;
		readonly webhookId?: string;
		readonly credentials?: Record<string, { id: string; name: string }>;
	}[];
}

interface HostTools {
	startLocalRun(options: LocalRunOptions): Promise<LocalRun>;
	prepareLocalRun(options: Omit<LocalRunOptions, 'port' | 'env'>): Promise<PreparedRun>;
	waitUntilUsable(n8n: RunningN8n, prepared: PreparedRun): Promise<unknown>;
	startN8n(options: Omit<LocalRunOptions, 'templates'>): Promise<RunningN8n>;
	attachN8n(userFolder: string): RunningN8n | null;
	ensureInstallation(userFolder: string): Installation;
	ensurePack(): Promise<{ tarball: string; hash: string }>;
	installPack(userFolder: string, pack: { tarball: string; hash: string }): Promise<string>;
	packIn(userFolder: string): string;
	freePort(): Promise<number>;
	isAlive(pid: number): boolean;
	isFree(port: number): Promise<boolean>;
	run(command: string, args: readonly string[], options: RunOptions): Promise<void>;
	linkTemplate(template: object, context: object): LinkedWorkflow;
	/** Paths of the shipped templates. */
	templateFiles(folder?: string): string[];
	/** Whether the first start publishes the template of this file. */
	isPublished(file: string): boolean;
}

function hostTools(): HostTools {
	const tools: unknown = Reflect.get(globalThis, 'firecontrolHost');
	if (tools === undefined) {
		throw new Error(
			'Put "@jest-environment ./tests/support/host-environment.cjs" on top of the file.',
		);
	}
	return tools as HostTools;
}

/** The tools behind `npm start`, for suites that start, kill and restart an n8n themselves. */
export const host: HostTools = hostTools();

/** The n8n that all end-to-end suites share. */
export function sharedRun(): DemoRun & PreparedRun & { userFolder: string; n8n: RunningN8n } {
	const userFolder = process.env['FIRECONTROL_E2E_FOLDER'];
	if (userFolder === undefined) {
		throw new Error('Run end-to-end suites by: npx jest --config jest.e2e.config.js');
	}
	const demo: DemoRun = JSON.parse(readFileSync(join(userFolder, 'firecontrol-demo.json'), 'utf8'));
	const n8n = host.attachN8n(userFolder);
	if (n8n === null) throw new Error('The shared n8n does not run any more.');
	const installation = host.ensureInstallation(userFolder);
	return { ...demo, userFolder, n8n, installation, packFolder: host.packIn(userFolder) };
}
