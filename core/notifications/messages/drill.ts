import type { EventOf } from '../../events';
import type { Alert } from '../notification';

const named = (scenarios: readonly string[]): string =>
	scenarios.map((scenario) => scenario.replaceAll('_', ' ')).join(', ');

/** How a fire drill went. */
export function renderDrill({ payload }: EventOf<'drill.completed'>): Alert {
	const { drill_id: id, score, passed, failed } = payload;
	const all = passed.length + failed.length;
	return {
		type: 'system', priority: failed.length === 0 ? 'low' : 'high',
		title: `Fire drill: ${score} of 100`,
		happened: `A drill on the paper venue is over: ${passed.length} of ${all} scenarios passed.`,
		meaning: failed.length === 0
			? 'No real order was touched; every protection held.'
			: `No real order was touched. Not passed: ${named(failed)}.`,
		action: failed.length === 0 ? null : 'Read its report: every scenario that did not pass says why.',
		facts: [{ label: 'Drill', value: id }],
	};
}
