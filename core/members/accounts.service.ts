import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import {
	asRecord, decimal, eq, newId, ZERO, type AccountId, type AccountKind, type Decimal, type MemberId,
} from '../model';
import { insertAccount, memberAccounts } from './accounts.repository';
import { riskDay } from './days';
import type { AccountWish, MemberWish } from './input';
import type { Account, Member } from './member';
import { memberInvalid, type Violation } from './members.errors';

const PAPER = 'paper';

/** What a new account needs from the features above. */
export interface AccountPorts {
	/** Books the start balance at the paper venue, in the transaction that makes the account. */
	openPaperAccount?(
		trx: Trx,
		kernel: Kernel,
		account: {
			readonly accountId: AccountId;
			readonly currency: string;
			readonly balance: Decimal;
			/** Of the account: says where its prices come from. */
			readonly venue: string;
			readonly paper?: unknown;
		},
	): Promise<void>;
	/** Changes how the account is simulated; the same again changes nothing. */
	changePaperAccount?(
		trx: Trx,
		kernel: Kernel,
		accountId: AccountId,
		paper: unknown,
		actor: string,
	): Promise<void>;
}

/** Name of the paper venue with prices of this source. */
function paperVenue(source: string): string {
	return source === 'demo' ? PAPER : `${PAPER}@${source}`;
}

/** What is wished of a paper account beyond what every account has. */
interface PaperTraits {
	readonly quoteSource: string;
	readonly simulation: unknown;
}

const PLAIN: PaperTraits = { quoteSource: 'demo', simulation: undefined };

/** Everything that is chosen of a new account. */
export interface NewAccount {
	readonly label: string;
	/** As the exchanges name it. */
	readonly venue: string;
	readonly kind: AccountKind;
	readonly currency: string;
	/** IANA zone of the risk day. */
	readonly zone: string;
	/** Cash it begins with. */
	readonly startBalance: Decimal;
}

/** An account without a past, as of now. */
export function newAccount(kernel: Kernel, memberId: MemberId, wish: NewAccount): Account {
	const now = kernel.clock.now();
	const balance = wish.startBalance;
	return {
		id: newId('acc', kernel.clock, kernel.rng),
		memberId,
		label: wish.label,
		venue: wish.venue,
		kind: wish.kind,
		status: 'active',
		currency: wish.currency,
		zone: wish.zone,
		startBalance: balance,
		cash: balance,
		realisedNet: ZERO,
		riskDay: riskDay(wish, now),
		dayStartEquity: balance,
		realisedToday: ZERO,
		peakEquity: balance,
		equity: balance,
		equityAt: now,
		nextEntryAt: 0,
		liveEnabledAt: null,
		liveEnabledBy: null,
		createdAt: now,
		updatedAt: now,
	};
}

/**
 * Makes a paper account under the member's lock.
 * @throws FirecontrolError `MEMBER_INVALID` when the member has an account with this label
 */
export async function openAccount(
	trx: Trx,
	kernel: Kernel,
	ports: AccountPorts,
	member: Member,
	wish: AccountWish,
	actor: string,
	{ quoteSource, simulation }: PaperTraits = PLAIN,
): Promise<Account> {
	const account = newAccount(kernel, member.id, { ...wish, venue: paperVenue(quoteSource) });
	if (!(await insertAccount(trx, account))) {
		const message = 'The member has an account with this label already. Choose another label.';
		throw memberInvalid([{ field: 'label', found: wish.label, message }]);
	}
	const { id: accountId, currency, startBalance: balance, venue } = account;
	await ports.openPaperAccount?.(trx, kernel, { accountId, currency, balance, venue, paper: simulation });
	await appendAudit(trx, kernel, {
		actor,
		action: 'account.opened',
		subjectId: account.id,
		memberId: member.id,
		accountId: account.id,
		details: { member: member.id, label: account.label, kind: account.kind, venue, currency, balance },
	});
	return account;
}

type PaperWish = NonNullable<MemberWish['paperAccount']>;

/** What is asked of an account that exists and is otherwise. */
function differences(account: Account, wish: PaperWish): Violation[] {
	const found: Violation[] = [];
	const is = (what: string): string =>
		`The account "${account.label}" exists with ${what}, and that does not change. Leave this out, or ask for an account with another label.`;
	if (wish.currency !== undefined && wish.currency !== account.currency) {
		const message = is(account.currency);
		found.push({ field: 'paperAccount.currency', found: wish.currency, message });
	}
	if (wish.balance !== undefined && !eq(wish.balance, account.startBalance)) {
		const message = is(`the start balance ${account.startBalance}`);
		found.push({ field: 'paperAccount.balance', found: wish.balance, message });
	}
	if (wish.quoteSource !== undefined && paperVenue(wish.quoteSource) !== account.venue) {
		const message = is(`the prices of ${account.venue}`);
		found.push({ field: 'paperAccount.quoteSource', found: wish.quoteSource, message });
	}
	if (wish.zone !== undefined && wish.zone !== account.zone) {
		const message = is(`the zone ${account.zone}`);
		found.push({ field: 'paperAccount.zone', found: wish.zone, message });
	}
	return found;
}

/** What a new account is simulated by: what is asked for, over what a new one has. */
function simulationOf({ simulation, simulationIfNew }: PaperWish): unknown {
	if (simulationIfNew === undefined) return simulation;
	const asked = asRecord(simulation);
	return simulation === undefined || asked !== null ? { ...simulationIfNew, ...asked } : simulation;
}

/** The member's paper account with this label, made where there is none. */
export async function ensurePaperAccount(
	trx: Trx,
	kernel: Kernel,
	ports: AccountPorts,
	member: Member,
	wish: PaperWish,
	actor: string,
): Promise<Account> {
	const label = wish.label ?? PAPER;
	const known = (await memberAccounts(trx, member.id)).find((account) => account.label === label);
	if (known !== undefined) {
		const violations = differences(known, wish);
		if (violations.length > 0) throw memberInvalid(violations);
		if (wish.simulation !== undefined) {
			await ports.changePaperAccount?.(trx, kernel, known.id, wish.simulation, actor);
		}
		return known;
	}
	const { startBalance, currency } = kernel.rules.policy.paper;
	const complete: AccountWish = {
		label,
		kind: PAPER,
		currency: wish.currency ?? currency,
		zone: wish.zone ?? member.zone,
		startBalance: wish.balance ?? decimal(startBalance),
	};
	const traits = { quoteSource: wish.quoteSource ?? PLAIN.quoteSource, simulation: simulationOf(wish) };
	return openAccount(trx, kernel, ports, member, complete, actor, traits);
}
