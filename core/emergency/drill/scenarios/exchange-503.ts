import { isZero, SECOND } from '../../../model';
import type { DrillCheck } from '../drill';
import { check, mustFire } from '../checks';
import type { DrillStage } from '../stage';

const DOWN_SECONDS = 5;
/** The third look comes 14 s after sending. */
const LOOKS_SECONDS = 20;

/** The venue answers with an outage: nothing is sent blindly again, nothing opens beside it. */
export async function exchange503(stage: DrillStage): Promise<DrillCheck[]> {
	const place = stage.market();
	const { symbol } = place.market;
	const until = stage.now() + DOWN_SECONDS * SECOND;
	await stage.rehearse([{ kind: 'outage', until }]);
	mustFire(await stage.enter(stage.alert(place)));
	const [sent] = await stage.ours(symbol);
	const beside = await stage.enter(stage.alert(place));
	const closed = beside.kind === 'refused' && beside.codes.includes('ORDER_UNKNOWN');
	const looked = await stage.until(async () => {
		const [order] = await stage.ours(symbol);
		return stage.now() > until && (order?.lookups ?? 0) >= 2 ? order : null;
	}, LOOKS_SECONDS);
	const ours = await stage.ours(symbol);
	const atVenue = await stage.atVenue(symbol);
	const steps = ours[0] === undefined ? [] : await stage.steps(ours[0]);
	const path = steps.map(({ to }) => to).join(' → ');
	const held = await stage.heldAtVenue(place);
	return [
		check('during the outage the order counts as unknown', sent?.state === 'UNKNOWN', sent?.state ?? 'none'),
		check('nothing else opens in the symbol meanwhile', closed, beside.kind === 'refused' ? beside.codes.join(', ') : 'a second order was made'),
		check('it is looked up again after the outage', looked !== undefined && looked !== null, `${ours[0]?.lookups ?? 0} look-ups`),
		check('it was sent once', steps.filter(({ to }) => to === 'SUBMITTING').length === 1, path),
		check('the venue has no order and holds nothing', atVenue.length === 0 && isZero(held), `${atVenue.length} orders, ${held}`),
	];
}
