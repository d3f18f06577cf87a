import { accountActive } from '../../../../core/risk/checks/account-active';
import { accountKind } from '../../../../core/risk/checks/account-kind';
import { clientIdLookup } from '../../../../core/risk/checks/client-id-lookup';
import { engineHeartbeat } from '../../../../core/risk/checks/engine-heartbeat';
import { liveSwitch } from '../../../../core/risk/checks/live-switch';
import { manualRun } from '../../../../core/risk/checks/manual-run';
import { unknownOrders } from '../../../../core/risk/checks/unknown-orders';
import { START } from '../../../support/databases';
import { describeCheck, runCheck } from '../snapshots';

describeCheck('account_active', accountActive, [
	['both in use', {}, { result: 'pass' }],
	['the account is not', { account: { active: false } }, { result: 'block', code: 'ACCOUNT_INACTIVE' }],
	['the member is not', { member: { active: false } }, { result: 'block', code: 'ACCOUNT_INACTIVE' }],
]);

describeCheck('account_kind', accountKind, [
	['paper for those who practise', { member: { tier: 'PRESS_PASS' } }, { result: 'pass', limit: 'paper' }],
	['real money for them', { member: { tier: 'PRESS_PASS' }, account: { kind: 'live' } }, {
		result: 'block', code: 'ACCOUNT_KIND', limit: 'paper', observed: 'live',
	}],
	['real money for others', { account: { kind: 'live' } }, { result: 'pass', limit: 'any' }],
	['no tier', { member: { tier: null } }, { result: 'block', code: 'TIER_NONE' }],
]);

describeCheck('live_switch', liveSwitch, [
	['paper has none', {}, { result: 'pass', observed: 'paper' }],
	['play money at the venue has none', { account: { kind: 'sandbox' } }, { result: 'pass', observed: 'sandbox' }],
	['real money, off', { account: { kind: 'live' } }, {
		result: 'block', code: 'LIVE_NOT_ENABLED', limit: 'on', observed: 'off',
	}],
	['real money, on', { account: { kind: 'live', liveEnabled: true } }, { result: 'pass', observed: 'on' }],
]);

const blind = { venue: { clientIdLookup: false } };

describeCheck('client_id_lookup', clientIdLookup, [
	['a venue that finds orders by our id', { mode: 'FULL_AUTO' }, { result: 'pass' }],
	['one that does not, by itself', { mode: 'FULL_AUTO', ...blind }, { result: 'block', code: 'VENUE_NO_CLIENT_ID' }],
	['one that does not, by hand', { mode: 'MANUAL', ...blind }, { result: 'pass' }],
]);

const byHand = { run: { manual: true, allowLive: false } };

describeCheck('manual_run', manualRun, [
	['by hand on paper', byHand, { result: 'pass', limit: 'paper', observed: 'paper' }],
	['by hand on a live account', { ...byHand, account: { kind: 'live' } }, {
		result: 'block', code: 'MANUAL_RUN_LIVE', limit: 'paper', observed: 'live',
	}],
	['by hand on a sandbox', { ...byHand, account: { kind: 'sandbox' } }, { result: 'block' }],
	['by hand, allowed', { run: { manual: true, allowLive: true }, account: { kind: 'live' } }, {
		result: 'pass', limit: 'any',
	}],
	['by itself', { account: { kind: 'live' } }, { result: 'pass' }],
]);

describeCheck('unknown_orders', unknownOrders, [
	['none', {}, { result: 'pass', observed: '0' }],
	['one', { hasUnknownOrder: true }, { result: 'block', code: 'ORDER_UNKNOWN', observed: '1' }],
	['one, symbol unknown', { market: null, hasUnknownOrder: true }, { result: 'block' }],
]);

describeCheck('engine_heartbeat', engineHeartbeat, [
	['15 s ago', { engineBeatAt: START - 15_000 }, { result: 'pass', limit: '15', observed: '15' }],
	['longer ago', { engineBeatAt: START - 15_001 }, {
		result: 'block', code: 'MONITOR_DEAD', limit: '15', observed: '15.001',
	}],
	['a stop that rests at the venue as soon as the entry is filled needs no engine', {
		venue: { restingStop: true }, signal: { orderType: 'market' }, engineBeatAt: START - 60_000,
	}, { result: 'pass' }],
	['an entry that waits is filled when only the engine can protect it', {
		venue: { restingStop: true }, signal: { orderType: 'limit' }, engineBeatAt: START - 60_000,
	}, { result: 'block', code: 'MONITOR_DEAD' }],
]);

test('an engine that never reported is dead', () => {
	expect(runCheck(engineHeartbeat, { engineBeatAt: null })).toMatchObject({
		result: 'block', code: 'MONITOR_DEAD', observed: null,
	});
});
