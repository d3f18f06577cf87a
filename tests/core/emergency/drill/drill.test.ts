import { DRILL_SCENARIOS } from '../../../../core/emergency';
import { describeDatabases } from '../../../support/databases';
import { openRig, outcomes, scenario } from './run';

describeDatabases('fire drill', (open) => {
	test('every scenario passes while all protections hold, within a minute, and it is scored, dated and listed', async () => {
		const rig = await openRig(await open());
		await rig.core.engine.tick();
		const report = await rig.drill();
		expect(report.scenarios.filter(({ outcome }) => outcome !== 'passed').map(({ scenario: name, explanation }) => `${name}: ${explanation}`)).toEqual([]);
		expect(report).toMatchObject({ state: 'DONE', score: 100, actor: 'operator' });
		expect(report.scenarios.map(({ scenario: name }) => name)).toEqual([...DRILL_SCENARIOS]);
		expect(rig.took).toBeLessThanOrEqual(60);
		expect(await rig.core.drills.list()).toEqual([report]);
		for (const { checks } of report.scenarios) expect(checks.length).toBeGreaterThanOrEqual(5);
		void scenario;
		void outcomes;
	}, 60_000);
});
