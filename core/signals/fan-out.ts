import type { Kernel } from '../db';
import { listEligible } from '../members';
import type { AccountId, MemberId, SignalId, Tier } from '../model';
import type { Signal } from './signal';
import { signalUnknown } from './signals.errors';
import { findSignal } from './signals.repository';

/** An account that a signal goes to. */
export interface Addressee {
	readonly memberId: MemberId;
	readonly accountId: AccountId;
	readonly handle: string;
	readonly label: string;
	/** Null only for an exit, when no entitlement covers this moment. */
	readonly tier: Tier | null;
}

/** A signal with everyone it goes to. */
export interface FanOut {
	readonly signal: Signal;
	readonly accounts: readonly Addressee[];
	/** Handles the signal names that no member has. */
	readonly unknownHandles: readonly string[];
}

/**
 * Everyone a signal goes to now. Stale and expired signals go out like others: the gate judges
 * them. A close or a cancel is for everyone addressed, whatever tier they have.
 * @throws FirecontrolError `SIGNAL_UNKNOWN`
 */
export async function fanOutSignal(kernel: Kernel, id: SignalId): Promise<FanOut> {
	const signal = await findSignal(kernel.conn, id);
	if (signal === null) throw signalUnknown(id);
	const { rows, unknownHandles } = await listEligible(kernel.conn, {
		class: signal.class,
		forExit: signal.action !== 'open',
		handles: signal.members,
		at: kernel.clock.now(),
		policy: kernel.rules.policy,
	});
	const accounts = rows.map(({ member, account, tier }) => ({
		memberId: member.id,
		accountId: account.id,
		handle: member.handle,
		label: account.label,
		tier,
	}));
	return { signal, accounts, unknownHandles };
}
