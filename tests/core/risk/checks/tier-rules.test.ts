import { classFloor } from '../../../../core/risk/checks/class-floor';
import { classPermission } from '../../../../core/risk/checks/class-permission';
import { confidence } from '../../../../core/risk/checks/confidence';
import { ordersPerDay } from '../../../../core/risk/checks/orders-per-day';
import { TIERS } from '../../../../core/model';
import { d, describeCheck, type CheckRow, type SnapshotParts } from '../snapshots';

const noTier: CheckRow = ['no tier', { member: { tier: null } }, { result: 'block', code: 'TIER_NONE' }];
const sure = (value: number, parts: SnapshotParts = {}): SnapshotParts => ({
	...parts, signal: { ...parts.signal, confidence: d(value) },
});

describeCheck('class_permission', classPermission, [
	['executed', { member: { tier: 'NIBBLER' } }, { result: 'pass', limit: 'RAPID_ASSAULT' }],
	['seen only', { member: { tier: 'NIBBLER' }, signal: { class: 'SNIPER_OPS' } }, {
		result: 'block', code: 'CLASS_NOT_PERMITTED', limit: 'RAPID_ASSAULT', observed: 'SNIPER_OPS',
	}],
	['not even seen', { member: { tier: 'PRESS_PASS' }, signal: { class: 'MIDNIGHT_HAMMER' } }, {
		result: 'block', code: 'CLASS_NOT_PERMITTED',
	}],
	['no class counts as RAPID_ASSAULT', { member: { tier: 'PRESS_PASS' }, signal: { class: null } }, {
		result: 'pass', observed: 'RAPID_ASSAULT',
	}],
	['FANG executes all', { member: { tier: 'FANG' }, signal: { class: 'MIDNIGHT_HAMMER' } }, {
		result: 'pass',
	}],
	noTier,
]);

const floors = { PRESS_PASS: 70, NIBBLER: 70, FANG: 75, COMMANDER: 75, OPERATOR: 70 };

describeCheck('confidence', confidence, [
	...TIERS.flatMap((tier): CheckRow[] => [
		[`${tier} at its floor`, sure(floors[tier], { member: { tier } }), {
			result: 'pass', limit: String(floors[tier]),
		}],
		[`${tier} under it`, sure(floors[tier] - 0.1, { member: { tier } }), {
			result: 'block', code: 'CONFIDENCE_LOW', limit: String(floors[tier]),
		}],
	]),
	['FULL_AUTO at 91', sure(91, { mode: 'FULL_AUTO' }), { result: 'pass', limit: '91' }],
	['FULL_AUTO under 91', sure(90.99, { mode: 'FULL_AUTO' }), {
		result: 'block', code: 'CONFIDENCE_LOW', limit: '91', observed: '90.99',
	}],
	['not said', { signal: { confidence: null } }, {
		result: 'block', code: 'CONFIDENCE_MISSING', limit: '70',
	}],
	noTier,
]);

describeCheck('class_floor', classFloor, [
	['RAPID_ASSAULT, NIBBLER', sure(70, { member: { tier: 'NIBBLER' } }), { result: 'pass', limit: '70' }],
	['RAPID_ASSAULT, OPERATOR', sure(75), { result: 'pass', limit: '75' }],
	['RAPID_ASSAULT, OPERATOR, under', sure(74.9), { result: 'block', code: 'CLASS_FLOOR', limit: '75' }],
	['no class', sure(74, { signal: { class: null } }), { result: 'block', code: 'CLASS_FLOOR' }],
	['SNIPER_OPS', sure(87, { signal: { class: 'SNIPER_OPS' } }), { result: 'pass', limit: '87' }],
	['SNIPER_OPS, under', sure(86, { signal: { class: 'SNIPER_OPS' } }), {
		result: 'block', code: 'CLASS_FLOOR', limit: '87', observed: '86',
	}],
	['MIDNIGHT_HAMMER, under', sure(91, { signal: { class: 'MIDNIGHT_HAMMER' } }), {
		result: 'block', code: 'CLASS_FLOOR', limit: '92',
	}],
	['not said', { signal: { confidence: null } }, { result: 'block', code: 'CONFIDENCE_MISSING' }],
	noTier,
]);

describeCheck('orders_per_day', ordersPerDay, [
	['the last one', { member: { ordersToday: 49 } }, { result: 'pass', limit: '50', observed: '49' }],
	['one too many', { member: { ordersToday: 50 } }, {
		result: 'block', code: 'ORDERS_PER_DAY', limit: '50', observed: '50',
	}],
	['of the tier', { member: { tier: 'NIBBLER', ordersToday: 6 } }, { result: 'block', limit: '6' }],
	noTier,
]);
