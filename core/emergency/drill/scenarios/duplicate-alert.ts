import type { DrillCheck } from '../drill';
import { check, filledOnce, mustFire } from '../checks';
import type { DrillStage } from '../stage';

/** The same alert four times, two of them at once, and its workflow run twice: one order. */
export async function duplicateAlert(stage: DrillStage): Promise<DrillCheck[]> {
	const place = stage.market();
	const alert = stage.alert(place);
	const pair = await Promise.all([stage.send(alert), stage.send(alert)]);
	const sent = [...pair, await stage.send(alert), await stage.send(alert)];
	const ids = new Set(sent.map(({ signalId }) => signalId));
	const fresh = sent.filter(({ duplicate }) => !duplicate).length;
	const [first] = pair;
	const runs = await Promise.all([stage.fire(first.signalId), stage.fire(first.signalId)]);
	const fired = runs.map(mustFire);
	return [
		check('four sendings are one signal', ids.size === 1, `${ids.size} signals`),
		check('the repeats are told to be repeats', fresh === 1, `${fresh} taken for new`),
		check('two runs of the workflow make one order', new Set(fired.map(({ orderId }) => orderId)).size === 1, fired.map(({ orderId }) => orderId).join(', ')),
		...(await filledOnce(stage, place, 10)),
	];
}
