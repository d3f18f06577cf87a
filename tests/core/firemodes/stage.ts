import { isRefused, type Refused, type SignalId } from '../../../core/model';
import type { Ticket } from '../../../core/firemodes';
import type { TestDatabase } from '../../support/databases';
import { testCore, type Step, type TestCore, type TestMember } from '../../support/core';

export const PRESS = { actor: 'member:test' };

export function ticketOf(steps: readonly Step[]): Ticket {
	const ticket = steps[0]?.routed?.ticket;
	if (ticket === undefined) throw new Error(`Not approved: ${steps[0]?.verdict.code}`);
	return ticket;
}

export function unrefused<T>(value: T | Refused): T {
	if (isRefused(value)) throw new Error(`Refused: ${value.code}`);
	return value;
}

export async function orders({ core }: TestCore, member: TestMember) {
	return core.orders.list({ accountId: member.accountId, limit: 100 });
}

export async function entries(stage: TestCore, member: TestMember) {
	return (await orders(stage, member)).filter((order) => order.leg === 'entry');
}

export async function states({ core }: TestCore, member: TestMember): Promise<string[]> {
	const tickets = await core.firemodes.list({ memberId: member.memberId, limit: 100 });
	return tickets.map((ticket) => ticket.state).sort();
}

export async function reservations({ core }: TestCore): Promise<string[]> {
	const rows: { state: string }[] = await core.kernel.conn('reservations').select('state');
	return rows.map((row) => row.state).sort();
}

export interface Stage extends TestCore {
	/** As if the engine had ticked all the time: only the last two seconds are lived through. */
	pass(seconds: number): Promise<void>;
}

/** A core whose engine has begun. */
export async function stageOn(database: TestDatabase): Promise<Stage> {
	const made = testCore(database);
	await made.ticks(1);
	return {
		...made,
		pass: async (seconds) => {
			database.clock.advance((seconds - 2) * 1000);
			await made.ticks(2);
		},
	};
}

export async function alert(on: TestCore, member: TestMember, rest: object = {}): Promise<SignalId> {
	return on.submit({ members: [member.handle], ...rest });
}
