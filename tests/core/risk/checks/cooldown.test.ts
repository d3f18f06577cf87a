import { MINUTE } from '../../../../core/model';
import { cooldown } from '../../../../core/risk/checks/cooldown';
import { START } from '../../../support/databases';
import { describeCheck, runCheck } from '../snapshots';

const member = (tier: 'OPERATOR' | 'FANG' | 'NIBBLER' | 'COMMANDER', ago: number | null) => ({
	member: { tier, lastOrderAt: ago === null ? null : START - ago },
});

describeCheck('cooldown', cooldown, [
	['the first order', member('FANG', null), { result: 'pass', code: 'OK', limit: '1200', observed: null }],
	['the tier without one', member('OPERATOR', 0), { result: 'pass', code: 'OK', limit: '0', observed: '0' }],
	['just over', member('FANG', 20 * MINUTE), { result: 'pass', code: 'OK', limit: '1200', observed: '1200' }],
	['just within', member('FANG', 20 * MINUTE - 1), { result: 'block', code: 'COOLDOWN', limit: '1200', observed: '1199.999' }],
	['half an hour', member('NIBBLER', 29 * MINUTE), { result: 'block', code: 'COOLDOWN', limit: '1800' }],
	['a quarter', member('COMMANDER', 15 * MINUTE), { result: 'pass', code: 'OK', limit: '900' }],
	['an order that is about to be sent', member('FANG', -1000), { result: 'block', code: 'COOLDOWN', observed: '-1' }],
	['without a tier', { member: { tier: null } }, { result: 'block', code: 'TIER_NONE' }],
]);

test('says how long to wait', () => {
	expect(runCheck(cooldown, member('FANG', 18 * MINUTE + 1)).message).toContain('in 120 s');
});
