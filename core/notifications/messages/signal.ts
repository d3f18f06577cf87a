import type { EventOf } from '../../events';
import type { Alert } from '../notification';

/** Checks named in one alert; the status call has them all. */
const REASONS_MAX = 4;

/** A gate's decision. `reasons`: the messages of the checks that decided it. */
export function renderVerdict(
	{ payload }: EventOf<'verdict.issued'>,
	reasons: readonly string[],
): Alert {
	const { decision, side, symbol, action, codes, code, confidence } = payload;
	const what = action === 'open' ? `${side ?? 'open'} ${symbol}` : `${action} ${symbol}`;
	// Several checks may say the same.
	const named = [...new Set(reasons.length > 0 ? reasons : codes)];
	const meaning = named.slice(0, REASONS_MAX).join(' ');
	const facts = [
		...(code === 'OK' ? [] : [{ label: 'Code', value: [...new Set([code, ...codes])].join(', ') }]),
		...(confidence === null ? [] : [{ label: 'Confidence', value: `${confidence} %` }]),
	];
	if (decision === 'BLOCK') {
		return {
			type: 'rejection', priority: 'normal', facts,
			title: `Refused: ${what}`,
			happened: `The risk gate refused the signal to ${what}. Nothing was ordered.`,
			meaning: meaning === '' ? null : meaning,
			action: null,
		};
	}
	const warned = decision === 'WARN' && meaning !== '';
	return {
		type: 'signal', priority: warned ? 'normal' : 'low', facts,
		title: `Approved: ${what}`,
		happened: `The signal to ${what} passed the risk gate${warned ? ' with a warning' : ''}.`,
		meaning: warned ? meaning : null,
		action: null,
	};
}
