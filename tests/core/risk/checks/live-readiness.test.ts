import { liveReadiness } from '../../../../core/risk/checks/live-readiness';
import type { RiskSnapshot } from '../../../../core/risk/snapshot';
import { START } from '../../../support/databases';
import { describeCheck } from '../snapshots';

const live = { account: { kind: 'live' } } as const;
const scored = (score: number) => ({
	score, band: 'ready' as const, components: [], hardFails: [], notMeasured: [], accountId: 'acc_1' as const,
	source: 'ema-cross', computedAt: START, policyVersion: 'pol_1',
});
const view = (score: number | null, overridden = false): { readiness: RiskSnapshot['readiness'] } => ({
	readiness: {
		best: score === null ? null : scored(score),
		override: overridden
			? {
					id: 'ovr_1', accountId: 'acc_2', source: 'ema-cross', reason: 'Known to me for years.', actor: 'operator',
					createdAt: START, expiresAt: null, policyVersion: 'pol_1',
				}
			: null,
	},
});

describeCheck('live_readiness', liveReadiness, [
	['paper asks for none', {}, { result: 'pass', observed: 'paper' }],
	['play money at the venue asks for none', { account: { kind: 'sandbox' } }, { result: 'pass', observed: 'sandbox' }],
	['real money, never computed', { ...live, ...view(null) }, {
		result: 'block', code: 'READINESS_UNKNOWN', limit: '80', observed: null,
	}],
	['real money, nobody looked', { ...live, readiness: null }, { result: 'block', code: 'READINESS_UNKNOWN' }],
	['real money, just under', { ...live, ...view(79) }, {
		result: 'block', code: 'READINESS_LOW', limit: '80', observed: '79',
	}],
	['real money, ready', { ...live, ...view(80) }, { result: 'pass', limit: '80', observed: '80' }],
	['real money, somebody answers for it', { ...live, ...view(59, true) }, {
		result: 'warn', code: 'READINESS_OVERRIDDEN', limit: '80', observed: '59',
	}],
	['real money, somebody answers for what was never scored', { ...live, ...view(null, true) }, {
		result: 'warn', code: 'READINESS_OVERRIDDEN', observed: null,
	}],
	['ready needs nobody’s word', { ...live, ...view(90, true) }, { result: 'pass' }],
]);
