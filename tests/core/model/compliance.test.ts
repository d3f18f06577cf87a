import {
	algorithmId, entryPace, NSE_LIMITS, parsePolicy, STANDARD_POLICY, venueLimits, type Policy,
} from '../../../core/model';

const { compliance } = STANDARD_POLICY;
const nse: Policy = { ...STANDARD_POLICY, compliance: { ...compliance, venues: { nse: NSE_LIMITS, tiny: { maxQuantity: '5' } } } };

describe('limits of venues', () => {
	it('are those of all venues where a venue has none of its own', () => {
		expect(venueLimits(nse.compliance, 'binance')).toEqual(compliance.limits);
		expect(venueLimits(nse.compliance, 'constructor')).toEqual(compliance.limits);
		expect(venueLimits(nse.compliance, 'tiny')).toEqual({ ...compliance.limits, maxQuantity: '5' });
		expect(venueLimits(nse.compliance, 'nse')).toEqual(NSE_LIMITS);
	});

	it('a venue may lift a limit that all others have', () => {
		const free = { ...compliance, venues: { free: { maxNotional: null } } };
		expect(venueLimits(free, 'free').maxNotional).toBeNull();
		expect(venueLimits(free, 'other').maxNotional).toBe('1000000');
	});

	it('entries go out at the slower of the two paces', () => {
		const slow = { ...nse, compliance: { ...nse.compliance, venues: { slow: { messagesPerSecond: 3 }, fast: { messagesPerSecond: 50 } } } };
		expect(entryPace(slow, 'other')).toEqual(slow.orders);
		expect(entryPace(slow, 'slow')).toEqual({ ...slow.orders, venueEntryRatePerSecond: 3 });
		expect(entryPace(slow, 'fast')).toEqual(slow.orders);
	});

	it('policies that were stored before there were such limits are still valid', () => {
		const { compliance: _without, ...older } = STANDARD_POLICY;
		expect(parsePolicy(older).compliance).toEqual(compliance);
		expect(() => parsePolicy({ ...nse, compliance: { ...compliance, venues: { nse: { collarPercent: 11 } } } })).toThrow('collarPercent');
		expect(() => parsePolicy({ ...nse, compliance: { ...compliance, limits: { ...compliance.limits, maxNotional: 'much' } } })).toThrow('maxNotional');
	});

	it('an algorithm is known by its registered id, or by its source', () => {
		const registered = { ...compliance, algorithmIds: { 'ema-cross': 'NSE-4711' } };
		expect(algorithmId(registered, 'ema-cross')).toBe('NSE-4711');
		expect(algorithmId(registered, 'breakout')).toBe('FC:breakout');
		expect(algorithmId(registered, 'constructor')).toBe('FC:constructor');
		expect(algorithmId(registered, null)).toBe('FC');
	});
});
