import {
	OFFERED_FIRE_MODES,
	parsePolicy,
	POLICY_PRESETS,
	policyVersion,
	STANDARD_POLICY,
	TIERS,
	type FirecontrolError,
} from '../../../core/model';

/** A plain copy with one value changed at a path. */
function changed(path: readonly string[], value: unknown): unknown {
	const copy: Record<string, unknown> = JSON.parse(JSON.stringify(STANDARD_POLICY));
	let inner: Record<string, unknown> = copy;
	for (const key of path.slice(0, -1)) inner = inner[key] as Record<string, unknown>;
	inner[path.at(-1) ?? ''] = value;
	return copy;
}

describe('policy', () => {
	it.each(Object.entries(POLICY_PRESETS))('the preset %s is valid', (_, preset) => {
		expect(parsePolicy(JSON.parse(JSON.stringify(preset)))).toEqual(preset);
	});

	it('ships the numbers that were agreed', () => {
		const row = TIERS.map((tier) => {
			const { ordersPerDay, openPositions, riskPerTradePercent, dailyLossPercent, autoSlots } =
				STANDARD_POLICY.tiers[tier];
			return [tier, ordersPerDay, openPositions, riskPerTradePercent, dailyLossPercent, autoSlots];
		});
		expect(row).toEqual([
			['PRESS_PASS', 6, 1, 1, 7, 0],
			['NIBBLER', 6, 1, 1, 7, 0],
			['FANG', 10, 2, 1.25, 8.5, 0],
			['COMMANDER', 20, 5, 1.25, 10, 3],
			['OPERATOR', 50, 5, 1, 6, 3],
		]);
		expect(STANDARD_POLICY.tiers.OPERATOR.classFloors).toEqual({
			RAPID_ASSAULT: 75, SNIPER_OPS: 87, MIDNIGHT_HAMMER: 92,
		});
		expect(TIERS.filter((tier) => STANDARD_POLICY.tiers[tier].fireModes.includes('FULL_AUTO'))).toEqual([
			'COMMANDER', 'OPERATOR',
		]);
		expect(TIERS.filter((tier) => STANDARD_POLICY.tiers[tier].paperOnly)).toEqual(['PRESS_PASS']);
		expect(OFFERED_FIRE_MODES).toEqual(['MANUAL', 'FULL_AUTO']);
	});

	it('one that was stored before there were later sections has the standard ones', () => {
		const { exposure, weekend, emergency, watch, compliance, behaviour, news, ...earlier } = STANDARD_POLICY;
		void [exposure, weekend, emergency, watch, compliance, behaviour, news];
		expect(parsePolicy(JSON.parse(JSON.stringify(earlier)))).toEqual(STANDARD_POLICY);
		const wider = { ...earlier, exposure: { symbolPercent: 40 } };
		expect(parsePolicy(wider).exposure).toEqual({ ...exposure, symbolPercent: 40 });
	});

	it('level 50 is reached with 115,000 XP', () => {
		const { levels } = STANDARD_POLICY.xp;
		const all = levels.reduce(
			(sum, { upTo, each }, index) => sum + (upTo - (levels[index - 1]?.upTo ?? 0)) * each,
			0,
		);
		// One begins at level 1; what level 50 itself holds is not needed to reach it.
		expect(all - (levels.at(-1)?.each ?? 0)).toBe(115_000);
	});

	it('the conservative preset is nowhere looser', () => {
		for (const tier of TIERS) {
			const [tight, standard] = [POLICY_PRESETS.conservative.tiers[tier], STANDARD_POLICY.tiers[tier]];
			expect(tight.dailyLossPercent).toBeLessThanOrEqual(2);
			expect(tight.riskPerTradePercent).toBeLessThanOrEqual(Math.min(1, standard.riskPerTradePercent));
			expect(tight.openPositions).toBeLessThanOrEqual(Math.min(3, standard.openPositions));
		}
	});

	it.each<[string[], unknown]>([
		[['tiers', 'FANG', 'riskPerTradePercent'], 2.01],
		[['tiers', 'FANG', 'riskBoostPercent'], 2.5],
		[['tiers', 'FANG', 'dailyLossPercent'], 10.1],
		[['tiers', 'FANG', 'openPositions'], 6],
		[['tiers', 'FANG', 'autoSlots'], 4],
		[['risk', 'totalOpenRiskPercent'], 11],
		[['risk', 'rewardRiskMin'], 0],
		[['orders', 'lookupSeconds'], [2, 6]],
		[['intake', 'burst'], 0],
		[['risk', 'surprise'], 1],
		[['tiers', 'GOLD'], {}],
	])('refuses %j = %j', (path, value) => {
		expect(() => parsePolicy(changed(path, value))).toThrow(
			expect.objectContaining({ code: 'POLICY_INVALID' }),
		);
	});

	it('names every violation at once', () => {
		const broken = changed(['tiers', 'FANG', 'autoSlots'], 9);
		Object.assign((broken as { risk: object }).risk, { priceBandPercent: -1 });
		try {
			parsePolicy(broken);
			throw new Error('It was accepted.');
		} catch (error) {
			const { violations } = (error as FirecontrolError).details;
			expect(violations).toEqual([
				expect.stringContaining('tiers.FANG.autoSlots'),
				expect.stringContaining('risk.priceBandPercent'),
			]);
		}
	});

	it('has a version that hangs on its content alone', () => {
		const shuffled = Object.fromEntries(Object.entries(STANDARD_POLICY).reverse());
		expect(policyVersion(parsePolicy(shuffled))).toBe(policyVersion(STANDARD_POLICY));
		expect(policyVersion(STANDARD_POLICY)).toMatch(/^pol_[0-9a-f]{12}$/);
		const other = parsePolicy(changed(['risk', 'priceBandPercent'], 9));
		expect(policyVersion(other)).not.toBe(policyVersion(STANDARD_POLICY));
	});
});
