import type { DrillCheck } from '../drill';
import { check, filledOnce, mustFire } from '../checks';
import type { DrillStage } from '../stage';

/** Longer than anybody waits for an answer, and over before the second look. */
const DELAY_SECONDS = 4;

/** The answer does not come in time; the order arrives later and fills. */
export async function timeoutThenFilled(stage: DrillStage): Promise<DrillCheck[]> {
	const place = stage.market();
	await stage.rehearse([{ kind: 'delay', seconds: DELAY_SECONDS }]);
	mustFire(await stage.enter(stage.alert(place)));
	await stage.rehearse([]);
	const checks = await filledOnce(stage, place, 25);
	const [order] = await stage.ours(place.market.symbol);
	const steps = order === undefined ? [] : await stage.steps(order);
	const path = steps.map(({ to }) => to).join(' → ');
	return [
		check('without an answer it counts as unknown, not as failed', steps.some(({ to }) => to === 'UNKNOWN'), path),
		check('it is looked up, never sent again', steps.filter(({ to }) => to === 'SUBMITTING').length === 1, path),
		...checks,
	];
}
