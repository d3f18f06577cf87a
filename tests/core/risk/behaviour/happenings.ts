import {
	decimal, HOUR, MINUTE, STANDARD_POLICY, type AccountId, type BehaviourPolicy, type DecimalInput,
	type SignalId,
} from '../../../../core/model';
import { factsOf } from '../../../../core/risk/behaviour/facts-of';
import { foldAll } from '../../../../core/risk/behaviour/fold';
import type {
	EntryOrdered, Happening, MedicCalled, StopLoosened, TradeClosed,
} from '../../../../core/risk/behaviour/happening';
import { newState, type BehaviourState, type Folded, type FoldRules } from '../../../../core/risk/behaviour/state';
import type { BehaviourFacts } from '../../../../core/risk/behaviour';
import { START } from '../../../support/databases';

export const POLICY: BehaviourPolicy = STANDARD_POLICY.behaviour;
export const ACCOUNT: AccountId = 'acc_1';
export const OTHER: AccountId = 'acc_2';
export const RULES: FoldRules = { policy: POLICY, zone: 'UTC', tier: 'OPERATOR' };
export const DAY_END = Date.UTC(2026, 10, 21);

let counter = 0;
const nextId = (): string => `n${++counter}`;

type Wish<T> = Partial<Omit<T, 'kind' | 'at' | 'riskPercent' | 'gross' | 'net'>> & {
	readonly riskPercent?: DecimalInput | null;
	readonly gross?: DecimalInput;
	readonly net?: DecimalInput;
};

const percentOf = (value: DecimalInput | null | undefined) =>
	value === null ? null : decimal(value ?? 1);

/** A trade that closed: break-even unless a result is given. */
export function closed(at: number, wish: Wish<TradeClosed> = {}): TradeClosed {
	const id = nextId();
	const day = new Date(at).toISOString().slice(0, 10);
	const { gross = 0, net = 0, riskPercent, ...more } = wish;
	return {
		kind: 'trade_closed', id: `trd_${id}`, at, accountId: ACCOUNT, signalId: `sig_${id}`,
		gross: decimal(gross), net: decimal(net), riskPercent: percentOf(riskPercent), exitReason: 'stop',
		riskDay: day, ...more,
	};
}

export const loss = (at: number, wish: Wish<TradeClosed> = {}): TradeClosed =>
	closed(at, { gross: -10, net: -11, ...wish });
export const win = (at: number, wish: Wish<TradeClosed> = {}): TradeClosed =>
	closed(at, { gross: 10, net: 9, ...wish });
export const even = (at: number): TradeClosed => closed(at, { gross: 0, net: -1 });

export function ordered(at: number, wish: Wish<EntryOrdered> = {}): EntryOrdered {
	const id = nextId();
	const { riskPercent, gross: _, net: __, ...more } = wish;
	return {
		kind: 'entry_ordered', id: `ord_${id}`, at, accountId: ACCOUNT, signalId: `sig_o${id}` as SignalId,
		riskPercent: percentOf(riskPercent), ...more,
	};
}

export const loosened = (at: number): StopLoosened => ({ kind: 'stop_loosened', id: `evt_${nextId()}`, at });
export const time = (at: number): Happening => ({ kind: 'time_passed', at });
export const medic = (at: number, until = DAY_END): MedicCalled => ({
	kind: 'medic_called', at, accountId: ACCOUNT, riskDay: '2026-11-20', until, lossPercent: decimal('5.2'),
});

export const at = (minutes: number): number => START + minutes * MINUTE;

/** Folds into a member of whom nothing is known, then lets time pass until `now`. */
export function run(happenings: readonly Happening[], now?: number, rules: FoldRules = RULES): Folded {
	const last = now === undefined ? [] : [time(now)];
	const start = Math.min(START, ...happenings.slice(0, 1).map((first) => first.at)) - HOUR;
	return foldAll(newState(start, rules.zone), [...happenings, ...last], rules);
}

export function facts(state: BehaviourState, now: number = state.at, selfLockedUntil: number | null = null): BehaviourFacts {
	const riskDay = new Date(now).toISOString().slice(0, 10);
	return factsOf(state, { accountId: ACCOUNT, riskDay, now, selfLockedUntil, policy: POLICY });
}

export const types = ({ changes }: Pick<Folded, 'changes'>): string[] =>
	changes.map(({ type }) => type.replace('behaviour.', ''));
