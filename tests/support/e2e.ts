/** The typed view of tests/support/instance.mjs for suites that jest runs. */
import type { RunningN8n, DemoRun, Installation } from './host';

export interface FollowedOrder {
	readonly leg: string;
	readonly state: string;
	readonly client_order_id: string;
	readonly fills: readonly { readonly venue_trade_id: string; readonly quantity: string; readonly price: string }[];
}

export interface FollowedAccount {
	readonly account: string | null;
	readonly verdict: {
		readonly decision: 'PASS' | 'WARN' | 'BLOCK';
		readonly checks: readonly { readonly check: string; readonly code: string; readonly result: string }[];
	} | null;
	readonly ticket: { readonly ticket: string; readonly state: string } | null;
	readonly orders: readonly FollowedOrder[];
	readonly outcome: { readonly state: string; readonly net: string; readonly exit_reason: string } | null;
	readonly xp: readonly { readonly amount: number; readonly day_total: number }[];
	readonly alerts: readonly { readonly type: string; readonly channel: string; readonly state: string }[];
}

export interface Followed {
	readonly signal: Readonly<Record<string, unknown>>;
	readonly accounts: readonly FollowedAccount[];
}

export interface Answer {
	readonly status?: string;
	readonly signal_id?: string;
	readonly duplicate?: boolean;
	readonly errors?: readonly { readonly code: string; readonly path: string }[];
	readonly client_order_id?: string;
}

export interface Posted {
	readonly status: number;
	readonly answer: Answer;
}

/** knex, as far as the suites look into the database beside the product. */
export type Table = (name: string) => any;

export interface Instance {
	readonly userFolder: string;
	readonly demo: DemoRun;
	readonly installation: Installation;
	readonly packFolder: string;
	readonly n8n: RunningN8n;
	readonly symbols: readonly string[];
	readonly groups: readonly { readonly assets: readonly string[] }[];
	readonly core: { readonly kernel: { readonly conn: Table }; readonly [feature: string]: any };
	quote(symbol: string, at?: number): { bid: number; ask: number };
	end(): Promise<void>;
}

interface E2eTools {
	sleep(ms: number): Promise<void>;
	attachInstance(userFolder: string): Promise<Instance>;
	startInstance(options?: { readonly templates?: readonly string[]; readonly env?: Record<string, string> }): Promise<Instance>;
	until<T>(
		probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
		options?: { timeoutMs?: number; everyMs?: number; what?: string },
	): Promise<T>;
	makeMember(core: Instance['core'], rest?: object): Promise<string>;
	wideAlert(instance: Instance, symbol: string, handle: string, rest?: object): object;
	post(url: string, token: string, body: unknown, headers?: Record<string, string>): Promise<Posted>;
	follow(instance: Instance, signalId: string): Promise<Followed | null>;
	findPlan(market: Pick<Instance, 'quote' | 'symbols' | 'groups'>, handle: string): Promise<DemoPlan>;
	sendAll(demo: DemoRun, plan: DemoPlan): Promise<(DemoAlert & Posted)[]>;
	isSettled(entry: object): boolean;
}

export interface DemoAlert {
	readonly role: string;
	readonly title: string;
	readonly body: string;
	readonly contentType: string;
	readonly waitFor?: string;
}

export interface DemoPlan {
	readonly start: number;
	readonly alerts: readonly DemoAlert[];
}

function tools(): E2eTools {
	const found: unknown = Reflect.get(globalThis, 'firecontrolE2e');
	if (found === undefined) throw new Error('End-to-end suites run by: npx jest --config jest.e2e.config.js');
	return found as E2eTools;
}

export const e2e: E2eTools = tools();

/** The n8n that all end-to-end suites of a run share. */
export async function sharedInstance(): Promise<Instance> {
	const userFolder = process.env['FIRECONTROL_E2E_FOLDER'];
	if (userFolder === undefined) throw new Error('The global setup of the end-to-end suites did not run.');
	return e2e.attachInstance(userFolder);
}
