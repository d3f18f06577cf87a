import fc from 'fast-check';
import {
	isTerminal, ORDER_EVENTS, ORDER_STATES, transition, WORKING_STATES, type OrderEvent,
	type OrderState, type PendingRequest,
} from '../../../core/orders';
import { runs } from '../../support/runs';
import { PENDING_REQUESTS } from '../../../core/orders/order-state';

/**
 * The table once more, written down apart from the code: a row a state, a column an event. Letters
 * are the state that follows (first letters, see LETTERS); `.` is an error.
 */
const LETTERS: Record<string, OrderState> = {
	s: 'SUBMITTING', S: 'SUBMITTED', O: 'OPEN', T: 'TRIGGERED', P: 'PARTIALLY_FILLED', F: 'FILLED',
	C: 'CANCELLED', D: 'DENIED', R: 'REJECTED', E: 'EXPIRED', f: 'FAILED', u: 'UNKNOWN',
};
const TABLE = `
                 Deny Submit Accept Open Trigger PartialFill Fill CancelRequest CancelReject Cancel ReplaceRequest ReplaceReject Replace Reject Expire Fail Lose
CREATED          D    s      .      .    .       .           .    .             .            C      .              .             .       .      .      .    .
DENIED           .    .      .      .    .       .           .    .             .            .      .              .             .       .      .      .    .
SUBMITTING       .    .      S      O    T       P           F    s             s            C      .              .             .       R      E      f    u
SUBMITTED        .    .      S      O    T       P           F    S             S            C      S              S             S       R      E      .    .
OPEN             .    .      O      O    T       P           F    O             O            C      O              O             O       R      E      .    .
TRIGGERED        .    .      T      T    T       P           F    T             T            C      T              T             T       R      E      .    .
PARTIALLY_FILLED .    .      P      P    P       P           F    P             P            C      P              P             P       .      E      .    .
FILLED           .    .      F      F    F       .           .    .             F            F      .              F             F       .      F      .    .
CANCELLED        .    .      C      C    C       C           F    .             C            C      .              C             .       .      C      .    .
REJECTED         .    .      R      R    R       .           .    .             R            R      .              R             .       R      .      .    .
EXPIRED          .    .      E      E    E       E           F    .             E            E      .              E             .       .      E      .    .
FAILED           .    .      S      O    T       P           F    .             .            C      .              .             .       f      E      f    .
UNKNOWN          .    .      S      O    T       P           F    u             u            C      .              .             .       R      E      f    .
`;

const [header = '', ...lines] = TABLE.trim().split('\n');
const columns = header.trim().split(/\s+/);
const expected = new Map<string, OrderState | null>();
for (const line of lines) {
	const [state = '', ...cells] = line.trim().split(/\s+/);
	cells.forEach((cell, index) => {
		expected.set(`${state} ${columns[index]}`, LETTERS[cell] ?? null);
	});
}

const PENDING_FROM: Partial<Record<OrderEvent, PendingRequest[]>> = {
	CancelRequest: ['none', 'cancel', 'replace'],
	CancelReject: ['none', 'cancel'],
	ReplaceRequest: ['none'],
	// A cancel that was asked for meanwhile stays pending.
	ReplaceReject: ['none', 'replace', 'cancel'],
	Replace: ['none', 'replace', 'cancel'],
};

const ALL = ORDER_STATES.flatMap((state) => ORDER_EVENTS.map((event) => ({ state, event })));

test('the table above covers every pair', () => {
	expect(expected.size).toBe(ORDER_STATES.length * ORDER_EVENTS.length);
	expect(ALL).toHaveLength(expected.size);
});

describe.each(ALL)('$state, $event', ({ state, event }) => {
	test.each(PENDING_REQUESTS)('pending %s', (pending) => {
		const to = expected.get(`${state} ${event}`) ?? null;
		const fits = PENDING_FROM[event]?.includes(pending) ?? true;
		if (to === null || !fits) {
			expect(() => transition(state, pending, event)).toThrow(
				expect.objectContaining({ code: 'ORDER_TRANSITION' }),
			);
			return;
		}
		const next = transition(state, pending, event);
		expect(next.state).toBe(to);
		if (isTerminal(to)) expect(next.pending).toBe('none');
	});
});

test.each<[PendingRequest, OrderEvent, PendingRequest]>([
	['none', 'CancelRequest', 'cancel'],
	['cancel', 'CancelRequest', 'cancel'],
	['replace', 'CancelRequest', 'cancel'],
	['cancel', 'CancelReject', 'none'],
	['none', 'ReplaceRequest', 'replace'],
	['replace', 'Replace', 'none'],
	['replace', 'ReplaceReject', 'none'],
	['cancel', 'Replace', 'cancel'],
	['cancel', 'ReplaceReject', 'cancel'],
	['cancel', 'PartialFill', 'cancel'],
	['replace', 'Open', 'replace'],
	['cancel', 'Cancel', 'none'],
	['cancel', 'Fill', 'none'],
])('pending %s, %s → %s', (pending, event, after) => {
	expect(transition('OPEN', pending, event).pending).toBe(after);
});

test('a cancelled order whose last fill arrives late is filled', () => {
	expect(transition('CANCELLED', 'none', 'PartialFill').state).toBe('CANCELLED');
	expect(transition('CANCELLED', 'none', 'Fill').state).toBe('FILLED');
	expect(transition('FILLED', 'none', 'Cancel').state).toBe('FILLED');
});

test('working states are those that are not over', () => {
	expect(WORKING_STATES).toEqual([
		'CREATED', 'SUBMITTING', 'SUBMITTED', 'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED', 'UNKNOWN',
	]);
});

test('whatever comes in whatever order, an order that is over never works again, except one found after all', () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...ORDER_EVENTS), { maxLength: 40 }), (events) => {
			let standing: { state: OrderState; pending: PendingRequest } = { state: 'CREATED', pending: 'none' };
			for (const event of events) {
				const before = standing;
				try {
					standing = transition(before.state, before.pending, event);
				} catch {
					continue;
				}
				if (!isTerminal(before.state) || standing.state === before.state) continue;
				const filledLate = standing.state === 'FILLED' && ['CANCELLED', 'EXPIRED'].includes(before.state);
				if (!filledLate && before.state !== 'FAILED') throw new Error(`${before.state} → ${standing.state}`);
			}
			return isTerminal(standing.state) ? standing.pending === 'none' : true;
		}),
		{ numRuns: runs(3_000) },
	);
});
