import {
	choiceRefusal,
	effectiveChoice,
} from '../../../core/firemodes/mode';
import { routing, type RoutingFacts } from '../../../core/firemodes/routing';
import {
	nextTicketState,
	TICKET_STATES,
	TICKET_TABLE,
	type TicketEvent,
} from '../../../core/firemodes/ticket';
import { STANDARD_POLICY as policy } from '../../../core/model';

const EVENTS: TicketEvent[] = ['hold', 'queue', 'fire', 'refuse', 'expire', 'cancel'];

describe('tickets: the state table', () => {
	it('is exactly this', () => {
		const pairs = Object.entries(TICKET_TABLE).flatMap(([from, row]) =>
			Object.entries(row).map(([event, to]) => `${from} ${event} ${to}`),
		);
		expect(pairs.sort()).toEqual([
			'FIRED cancel CANCELLED', 'FIRED expire EXPIRED', 'FIRED queue QUEUED', 'FIRED refuse REFUSED',
			'HELD cancel CANCELLED', 'HELD expire EXPIRED', 'HELD fire FIRED', 'HELD refuse REFUSED',
			'NEW expire EXPIRED', 'NEW fire FIRED', 'NEW hold HELD', 'NEW queue QUEUED',
			'NEW refuse REFUSED', 'QUEUED cancel CANCELLED', 'QUEUED expire EXPIRED', 'QUEUED fire FIRED',
			'QUEUED hold HELD', 'QUEUED refuse REFUSED',
		]);
	});

	it('makes every other pair an error', () => {
		for (const state of ['NEW', ...TICKET_STATES] as const) {
			for (const event of EVENTS) {
				const to = TICKET_TABLE[state][event];
				const move = () => nextTicketState({ state, placedAt: null }, event);
				if (to === undefined) expect(move).toThrow(expect.objectContaining({ code: 'TICKET_TRANSITION' }));
				else expect(move()).toBe(to);
			}
		}
	});

	it('is closed for a ticket that was placed', () => {
		for (const event of EVENTS) {
			expect(() => nextTicketState({ state: 'FIRED', placedAt: 1 }, event)).toThrow('placed');
		}
	});
});

describe('routing', () => {
	const good: RoutingFacts = {
		action: 'open', blocked: false, waitsForCapacity: false, expired: false, mode: 'FULL_AUTO',
		reserved: true, outranked: false,
	};
	it.each<[string, Partial<RoutingFacts>, string]>([
		['fires what is reserved, if a slot is free', {}, 'fire?'],
		['queues what waits for capacity', { waitsForCapacity: true, reserved: false }, 'queue'],
		['queues what lost its reservation', { reserved: false }, 'queue'],
		['queues what a waiting ticket outranks', { outranked: true }, 'queue'],
		['holds in MANUAL', { mode: 'MANUAL' }, 'hold'],
		['holds in MANUAL without a reservation', { mode: 'MANUAL', reserved: false }, 'hold'],
		['refuses what the gate blocked', { blocked: true, reserved: false }, 'refuse'],
		['ends what is past its expiry', { expired: true }, 'expire'],
		['fires a close in MANUAL', { action: 'close', mode: 'MANUAL', reserved: false }, 'fire'],
		['fires a close at any age', { action: 'close', expired: true, reserved: false }, 'fire'],
		['fires a cancel', { action: 'cancel', reserved: false }, 'fire'],
		['refuses a blocked close', { action: 'close', blocked: true }, 'refuse'],
	])('%s', (_, facts, event) => {
		expect(routing({ ...good, ...facts }).event).toBe(event);
	});
});

describe('choice of the fire mode', () => {
	const facts = { tier: 'OPERATOR', clientIdLookup: true } as const;
	it.each([
		['MANUAL', 0, {}, null],
		['FULL_AUTO', 3, {}, null],
		['FULL_AUTO', 1, { tier: 'COMMANDER' }, null],
		['FULL_AUTO', 4, {}, 'SLOT_LIMIT'],
		['FULL_AUTO', 0, {}, 'SLOT_LIMIT'],
		['FULL_AUTO', 1.5, {}, 'SLOT_LIMIT'],
		['FULL_AUTO', 1, { tier: 'FANG' }, 'MODE_NOT_PERMITTED'],
		['FULL_AUTO', 1, { clientIdLookup: false }, 'VENUE_NO_CLIENT_ID'],
		['MANUAL', 0, { clientIdLookup: false }, null],
		['SEMI_AUTO', 0, {}, 'MODE_NOT_OFFERED'],
		['CHAINGUN', 0, {}, 'MODE_NOT_OFFERED'],
		['MANUAL', 0, { tier: null }, 'TIER_NONE'],
	] as const)('%s with %d slots', (mode, slots, change, code) => {
		expect(choiceRefusal({ mode, slots }, { ...facts, ...change }, policy)?.code ?? null).toBe(code);
	});

	it.each([
		['FULL_AUTO', 3, 'OPERATOR', 'FULL_AUTO', 3],
		['FULL_AUTO', 5, 'COMMANDER', 'FULL_AUTO', 3],
		['FULL_AUTO', 3, 'FANG', 'MANUAL', 0],
		['FULL_AUTO', 3, null, 'MANUAL', 0],
		['MANUAL', 3, 'OPERATOR', 'MANUAL', 0],
		['CHAINGUN', 3, 'OPERATOR', 'MANUAL', 0],
	] as const)('%s with %d slots counts for %s as %s with %d', (mode, slots, tier, counts, limit) => {
		expect(effectiveChoice({ mode, slots }, tier, policy)).toEqual({ mode: counts, slots: limit });
	});
});
