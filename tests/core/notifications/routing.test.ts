import { SECOND, STANDARD_POLICY } from '../../../core/model';
import { CHANNELS, PRIORITIES, type ChannelName, type Priority } from '../../../core/notifications/notification';
import { nextStep } from '../../../core/notifications/retry';
import { routeAlert, staysLocal, type ChannelState } from '../../../core/notifications/routing';

const READY: ChannelState = { on: true, failing: false, configured: true, addresses: ['there'] };

function states(changes: Partial<Record<ChannelName, Partial<ChannelState>>> = {}) {
	return {
		email: { ...READY, ...changes.email },
		push: { ...READY, ...changes.push },
		telegram: { ...READY, ...changes.telegram },
	};
}

const used = (priority: Priority) =>
	routeAlert(priority, states()).filter((route) => route.suppressed === null).map((route) => route.channel);

describe('routing', () => {
	it.each<[Priority, ChannelName[]]>([
		['low', ['telegram']],
		['normal', ['push', 'telegram']],
		['high', ['email', 'push', 'telegram']],
		['critical', ['email', 'push', 'telegram']],
	])('uses for %s: %j', (priority, channels) => {
		expect(used(priority)).toEqual(channels);
	});

	it.each<[string, Partial<ChannelState>, string]>([
		['switched off', { on: false }, 'CHANNEL_OFF'],
		['not set up', { configured: false }, 'NOT_CONFIGURED'],
		['without an address', { addresses: [] }, 'NO_ADDRESS'],
		['failing', { failing: true }, 'FAILED_CHANNEL'],
	])('says why a channel is left out: %s', (_, change, reason) => {
		const routes = routeAlert('critical', states({ push: change }));
		expect(routes.find(({ channel }) => channel === 'push')).toEqual({
			channel: 'push', addresses: [], suppressed: reason,
		});
		expect(routes.filter(({ suppressed }) => suppressed === null)).toHaveLength(2);
	});

	it('answers for every channel, in the same order, at any priority', () => {
		for (const priority of PRIORITIES) {
			expect(routeAlert(priority, states()).map(({ channel }) => channel)).toEqual(CHANNELS);
		}
	});

	it('keeps an alert local only when settings or addresses alone are wanting', () => {
		const none = { configured: false };
		const off = { on: false };
		expect(staysLocal(routeAlert('low', states({ telegram: none })))).toBe(true);
		expect(staysLocal(routeAlert('high', states({ telegram: none, email: none, push: none })))).toBe(true);
		expect(staysLocal(routeAlert('high', states({ telegram: none, email: none })))).toBe(false);
		expect(staysLocal(routeAlert('high', states({ telegram: off, email: off, push: off })))).toBe(false);
		expect(staysLocal(routeAlert('low', states({ telegram: off, email: none })))).toBe(false);
		expect(staysLocal(routeAlert('high', states({ telegram: off, email: none, push: off })))).toBe(true);
	});
});

describe('retries', () => {
	const policy = STANDARD_POLICY.notifications;
	const waits = (retryAfterMs: number | null) =>
		[1, 2, 3, 4, 5, 6, 7].map((attempts) => {
			const step = nextStep(attempts, 0, retryAfterMs, policy);
			return step.kind === 'dead' ? 'dead' : step.at / SECOND;
		});

	it('waits 1 s, 5 s, 30 s, 2 min, 10 min, 1 h and then gives up', () => {
		expect(waits(null)).toEqual([1, 5, 30, 120, 600, 3_600, 'dead']);
	});

	it('waits as long as the provider asks, if that is longer', () => {
		expect(waits(40 * SECOND)).toEqual([40, 40, 40, 120, 600, 3_600, 'dead']);
	});
});
