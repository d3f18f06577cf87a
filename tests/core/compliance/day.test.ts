import { orderToTradeRatio, peakPerSecond, summaryOf, type Activity } from '../../../core/compliance/day';
import { START } from '../../support/databases';

const QUIET: Activity = {
	entries: 0, exits: 0, cancels: 0, replaces: 0, entryRequests: 0, fills: 0, filledEntries: 0, sentAt: [],
	rejects: 0, algorithms: {}, blocks: [], denials: [], overrides: 0, killSwitchUses: 0,
};

test('the most messages in one second of the clock', () => {
	expect(peakPerSecond([])).toBe(0);
	expect(peakPerSecond([START, START + 999, START + 1_000, START + 5])).toBe(3);
});

test.each([
	[{}, null],
	[{ entries: 3, entryRequests: 4 }, null],
	[{ entries: 3, filledEntries: 3 }, '1'],
	[{ entries: 5, entryRequests: 2, filledEntries: 3 }, '2.33'],
])('order to trade of %j is %s', (parts, ratio) => {
	expect(orderToTradeRatio({ ...QUIET, ...parts })).toBe(ratio);
});

test('a summary adds up, and knows which refusals were limits', () => {
	const summary = summaryOf(
		{
			...QUIET, entries: 2, exits: 3, cancels: 4, replaces: 1, denials: ['ENTRY_RATE', 'POSITION_EXISTS'],
			blocks: [['MESSAGE_RATE', 'ORDER_VALUE_LIMIT'], ['CONFIDENCE_LOW'], ['CONFIDENCE_LOW', 'PRICE_COLLAR']],
		},
		7,
	);
	expect(summary).toMatchObject({
		orders: 5, messages: 10, limitBreaches: 3, blockedVerdicts: 3, unsealedAuditRows: 7,
	});
});
