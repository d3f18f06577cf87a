import { beat } from '../../../core/db';
import type { Quotes } from '../../../core/exchange';
import type { Policy, SignalId } from '../../../core/model';
import type { Verdict } from '../../../core/risk';
import { START, type TestDatabase } from '../../support/databases';
import { testCore, type MemberOptions, type TestCore, type TestMember } from '../../support/core';

/** A member with an account, an engine that lives, and hands to judge alerts. */
export interface Scene {
	readonly database: TestDatabase;
	readonly test: TestCore;
	readonly member: TestMember;
	judge(signalId: SignalId, more?: object): Promise<Verdict>;
	/** Submits an alert for the member and judges it. */
	alert(body?: Readonly<Record<string, unknown>>, more?: object): Promise<Verdict>;
	/** Opens a trade through the router, as a workflow would. */
	open(body?: Readonly<Record<string, unknown>>): Promise<Verdict>;
	rows(table: string, where: object): Promise<Record<string, unknown>[]>;
}

let counter = 0;

export async function scene(
	database: TestDatabase,
	options: MemberOptions = {},
	parts: { readonly policy?: Policy; readonly quotes?: Quotes } = {},
): Promise<Scene> {
	const { policy, quotes } = parts;
	const test = testCore(
		database,
		quotes === undefined ? {} : { quotes },
		policy === undefined ? {} : { policy },
	);
	const { conn } = test.core.kernel;
	const alive = { name: 'engine', at: database.clock.now(), state: 'ok', detail: null } as const;
	await beat(conn, alive);
	const member = await test.member({ fireMode: 'MANUAL', ...options });
	const base = { accountId: member.accountId, manualRun: false, allowLive: false, actor: 'node:test' };
	const submit = async (body: object): Promise<SignalId> => {
		counter += 1;
		return test.submit({ id: `alert-${counter}`, members: [member.handle], ...body });
	};
	const judge: Scene['judge'] = async (signalId, more = {}) =>
		test.core.risk.judge({ signalId, ...base, ...more });
	return {
		database,
		test,
		member,
		judge,
		alert: async (body = {}, more = {}) => judge(await submit(body), more),
		open: async (body = {}) => {
			const [step] = await test.run(await submit(body));
			if (step === undefined) throw new Error('nobody');
			const ticket = step.routed?.ticket;
			if (ticket?.state === 'HELD') await test.core.firemodes.fire(ticket.id, { actor: 'member:test' });
			return step.verdict;
		},
		rows: async (table, where) => conn(table).where({ account_id: member.accountId, ...where }),
	};
}

/** One database for a suite; every test has members of its own and begins at the same moment. */
export function shared(open: () => Promise<TestDatabase>): () => TestDatabase {
	let database: TestDatabase;
	beforeAll(async () => {
		database = await open();
	});
	beforeEach(() => {
		database.clock.set(START);
	});
	return () => database;
}

/** Codes of the checks that block. */
export const codes = (verdict: Verdict): string[] =>
	verdict.checks.filter((check) => check.result === 'block').map((check) => check.code);
