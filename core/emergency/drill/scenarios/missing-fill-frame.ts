import type { DrillCheck } from '../drill';
import { check, filledOnce, mustFire } from '../checks';
import type { DrillStage } from '../stage';

/** The venue fills the order and never tells: asking finds it. */
export async function missingFillFrame(stage: DrillStage): Promise<DrillCheck[]> {
	const place = stage.market();
	await stage.rehearse([{ kind: 'silent' }]);
	mustFire(await stage.enter(stage.alert(place)));
	await stage.rehearse([]);
	const checks = await filledOnce(stage, place, 15);
	const [order] = await stage.ours(place.market.symbol);
	const states = order === undefined ? [] : (await stage.steps(order)).map(({ to }) => to);
	const openFirst = states.includes('OPEN') && states.indexOf('OPEN') < states.indexOf('FILLED');
	return [
		check('the answer told of no fill, so the order counted as open first', openFirst, states.join(' → ')),
		...checks,
	];
}
