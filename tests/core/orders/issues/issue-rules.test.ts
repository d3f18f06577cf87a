import {
	isChecked, isCompared, isIssueKind, isNotice, ISSUE_KINDS, mustAnnounce, subjectOf, type Issue,
	type IssueKind, type IssueSeverity,
} from '../../../../core/orders/issues/issue';

const where = (is: (kind: IssueKind) => boolean): IssueKind[] => ISSUE_KINDS.filter(is);

describe('kinds of issues', () => {
	test('a text names a kind only if it is one, to the letter', () => {
		for (const kind of ISSUE_KINDS) expect(isIssueKind(kind)).toBe(true);
		for (const text of ['', 'slippage', 'SLIPPAGE ', 'UNKNOWN']) expect(isIssueKind(text)).toBe(false);
	});

	test('found by comparing', () => {
		expect(where(isCompared)).toEqual([
			'UNKNOWN_POSITION', 'QUANTITY_MISMATCH', 'PHANTOM_POSITION', 'PRICE_MISMATCH', 'UNKNOWN_ORDER', 'MISSING_ORDER',
			'MISSING_STOP', 'ORDER_UNREADABLE', 'CASH_MISMATCH', 'VENUE_UNREADABLE',
		]);
	});

	test('ended by the engine alone', () => {
		expect(where(isChecked)).toEqual([
			'QUANTITY_MISMATCH', 'PHANTOM_POSITION', 'MISSING_ORDER', 'MISSING_STOP', 'COMPARING_STALLED', 'ORDER_UNREADABLE',
			'CASH_MISMATCH', 'VENUE_UNREADABLE', 'EXIT_FAILED', 'FLATTEN_INCOMPLETE', 'DEAD_MAN_FAILING',
		]);
	});

	test('told and done', () => {
		expect(where(isNotice)).toEqual(['SLIPPAGE']);
	});
});

describe('what makes two sightings one issue', () => {
	const key = (kind: IssueKind, symbol: string | null, orderId?: 'ord_1' | null) =>
		subjectOf({ accountId: 'acc_1', kind, symbol, ...(orderId === undefined ? {} : { orderId }) });

	test('the order, where it is about one; else the symbol; else the account', () => {
		const byOrder = where((kind) => key(kind, 'BTC/USDT', 'ord_1') === 'ord_1');
		expect(byOrder).toEqual([
			'MISSING_ORDER', 'ORDER_UNREADABLE', 'ORDER_UNRESOLVED', 'LATE_FILL', 'SLIPPAGE', 'ORDER_TRANSITION',
			'ORDER_OVERFILLED', 'EXIT_EXCEEDS_POSITION', 'ORDER_WITHOUT_TRADE',
		]);
		for (const kind of where((each) => !byOrder.includes(each))) expect(key(kind, 'BTC/USDT', 'ord_1')).toBe('BTC/USDT');
		expect(key('SLIPPAGE', 'BTC/USDT')).toBe('BTC/USDT');
		expect(key('SLIPPAGE', 'BTC/USDT', null)).toBe('BTC/USDT');
		expect(key('VENUE_UNREADABLE', null)).toBe('');
	});
});

describe('whether people are told of a sighting', () => {
	const seen = (kind: IssueKind, cycles: number, severity: IssueSeverity, announcedAt: number | null = null) =>
		({ kind, cycles, severity, announcedAt }) satisfies Pick<Issue, 'announcedAt' | 'cycles' | 'kind' | 'severity'>;

	test('at once, or after the grace where it was found by comparing', () => {
		expect(mustAnnounce(seen('EXIT_FAILED', 1, 'normal'), null, 2)).toBe(true);
		expect(mustAnnounce(seen('MISSING_STOP', 1, 'critical'), null, 2)).toBe(false);
		expect(mustAnnounce(seen('MISSING_STOP', 2, 'critical'), { severity: 'critical' }, 2)).toBe(true);
		expect(mustAnnounce(seen('MISSING_STOP', 3, 'critical'), { severity: 'critical' }, 2)).toBe(true);
	});

	test('once, and again only when it got worse', () => {
		const told = (before: IssueSeverity | null, now: IssueSeverity) =>
			mustAnnounce(seen('EXIT_FAILED', 5, now, 7), before === null ? null : { severity: before }, 2);
		expect(told(null, 'critical')).toBe(false);
		const order = ['normal', 'high', 'critical'] as const;
		for (const [was, before] of order.entries()) {
			for (const [is, now] of order.entries()) expect([before, now, told(before, now)]).toEqual([before, now, is > was]);
		}
		expect(mustAnnounce(seen('MISSING_STOP', 1, 'critical', 7), { severity: 'high' }, 2)).toBe(false);
	});

	test('never of what has an event of its own', () => {
		expect(mustAnnounce(seen('FLATTEN_INCOMPLETE', 9, 'critical'), { severity: 'normal' }, 2)).toBe(false);
	});
});
