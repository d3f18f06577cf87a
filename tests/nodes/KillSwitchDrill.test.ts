import { DRILL_SCENARIOS } from '../../core/emergency';
import { quietCalendar } from '../support/calendar';
import { node, openInstallation, runNode, type TestInstallation } from '../support/harness';

let home: TestInstallation;
let ticking: NodeJS.Timeout;

beforeAll(async () => {
	home = await openInstallation();
	await quietCalendar(home.core.kernel.conn);
	// The engine's workflow beside it, in real time.
	let busy = false;
	ticking = setInterval(() => {
		if (busy) return;
		busy = true;
		void home.core.engine.tick().finally(() => {
			busy = false;
		});
	}, 1_000);
});
afterAll(async () => {
	clearInterval(ticking);
	await home.close();
});

it('a fire drill in real time: over within a minute, every scenario passed, and its report is listed', async () => {
	const { credentials } = home;
	const began = Date.now();
	const result = await runNode(node('killSwitch', { operation: 'drill' }), { items: [{}], credentials });
	expect(result.error).toBeNull();
	const report = result.output('killSwitch', 0)[0]?.json ?? {};
	expect(report['scenarios']).toHaveLength(DRILL_SCENARIOS.length);
	expect((report['scenarios'] as { scenario: string; explanation: string | null }[]).flatMap(({ explanation }) => explanation ?? [])).toEqual([]);
	expect(report).toMatchObject({ state: 'DONE', score: 100, failed: [] });
	expect(Date.now() - began).toBeLessThan(60_000);
	const list = await runNode(node('killSwitch', { operation: 'drillReports', limit: 5 }), { items: [{}], credentials });
	expect(list.output('killSwitch', 0)[0]?.json).toMatchObject({ drills: [{ drill_id: report['drill_id'], score: 100 }] });
}, 90_000);

it('two at once: the second is told to wait', async () => {
	const run = async () => runNode(node('killSwitch', { operation: 'drill' }), { items: [{}], credentials: home.credentials });
	const both = await Promise.all([run(), run()]);
	const done = both.flatMap((each) => each.output('killSwitch', 0));
	const refused = both.flatMap((each) => each.output('killSwitch', 2));
	expect(done).toHaveLength(1);
	expect(refused.map(({ json }) => json['code'])).toEqual(['DRILL_RUNNING']);
}, 90_000);
