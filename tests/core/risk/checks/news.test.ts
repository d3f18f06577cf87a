import { isoTime, MINUTE } from '../../../../core/model';
import { news } from '../../../../core/risk/checks/news';
import type { NewsWindow } from '../../../../core/risk/news';
import { START } from '../../../support/databases';
import { describeCheck, runCheck } from '../snapshots';

const window = (more: Partial<NewsWindow> = {}): NewsWindow => ({
	eventId: 'nws_1', title: 'FOMC Statement', impact: 'HIGH', currency: 'USD', from: START - MINUTE,
	until: START + 59 * MINUTE, ...more,
});
const REFRESHED = isoTime(START - MINUTE);

describeCheck('news', news, [
	['nothing near', {}, { result: 'pass', code: 'OK', limit: '24', observed: REFRESHED }],
	[
		'a HIGH event near',
		{ news: { windows: [window()] } },
		{ result: 'block', code: 'NEWS_WINDOW', limit: isoTime(START + 59 * MINUTE), observed: isoTime(START) },
	],
	['a MEDIUM event near', { news: { windows: [window({ impact: 'MEDIUM' })] } }, { result: 'pass', code: 'OK' }],
	['never set up', { news: { status: 'never_configured', refreshedAt: null } }, { result: 'warn', code: 'NEWS_NOT_CONFIGURED' }],
	[
		'never set up, but somebody added a window',
		{ news: { status: 'never_configured', refreshedAt: null, windows: [window()] } },
		{ result: 'block', code: 'NEWS_WINDOW' },
	],
	['old', { news: { status: 'stale' } }, { result: 'block', code: 'NEWS_CALENDAR_STALE', limit: '24', observed: REFRESHED }],
	['old, and a HIGH event near', { news: { status: 'stale', windows: [window()] } }, { result: 'block', code: 'NEWS_WINDOW' }],
]);

test('the text names every event once, and the end of the last', () => {
	const windows = [
		window(), window({ eventId: 'nws_2', title: 'FOMC Statement' }),
		window({ eventId: 'nws_3', title: 'CPI m/m', currency: 'EUR', until: START + 90 * MINUTE }),
		window({ eventId: 'nws_4', title: 'Cars', impact: 'MEDIUM', until: START + 500 * MINUTE }),
	];
	expect(runCheck(news, { news: { windows } }).message).toBe(
		`News near for BTC/USDT: FOMC Statement (USD), CPI m/m (EUR). No new entries until ${isoTime(START + 90 * MINUTE)}; exits pass.`,
	);
});
