import { addressee } from '../../../../core/risk/checks/addressee';
import { duplicateOrder } from '../../../../core/risk/checks/duplicate-order';
import { signalAge } from '../../../../core/risk/checks/signal-age';
import { signalExpiry } from '../../../../core/risk/checks/signal-expiry';
import { START } from '../../../support/databases';
import { describeCheck } from '../snapshots';

describeCheck('signal_expiry', signalExpiry, [
	['in its last millisecond', { signal: { expiresAt: START } }, { result: 'pass' }],
	['after it', { signal: { expiresAt: START - 1 } }, {
		result: 'block', code: 'SIGNAL_EXPIRED', limit: '2026-11-20T09:59:59.999Z',
		observed: '2026-11-20T10:00:00.000Z',
	}],
]);

const arrived = (age: number) => ({ signal: { receivedAt: START, createdAt: START - age } });

describeCheck('signal_age', signalAge, [
	['5 min old on arrival', arrived(300_000), { result: 'pass', limit: '300', observed: '300' }],
	['older', arrived(300_001), {
		result: 'block', code: 'SIGNAL_STALE', limit: '300', observed: '300.001',
	}],
	['60 s ahead', arrived(-60_000), { result: 'pass', observed: '-60' }],
	['further ahead', arrived(-60_001), {
		result: 'block', code: 'SIGNAL_FROM_FUTURE', limit: '-60', observed: '-60.001',
	}],
	['how long it waited here does not count', {
		now: START + 400_000, signal: { receivedAt: START, createdAt: START },
	}, { result: 'pass', observed: '0' }],
]);

describeCheck('addressee', addressee, [
	['for everybody', {}, { result: 'pass', limit: null, observed: 'operator' }],
	['named', { signal: { members: ['ann', 'operator'] } }, { result: 'pass', limit: 'ann, operator' }],
	['somebody else', { signal: { members: ['ann'] } }, {
		result: 'block', code: 'NO_ELIGIBLE_ACCOUNT', limit: 'ann', observed: 'operator',
	}],
]);

describeCheck('duplicate_order', duplicateOrder, [
	['none', {}, { result: 'pass', limit: '60', observed: null }],
	['59.999 s ago', { duplicateAt: START - 59_999 }, {
		result: 'block', code: 'DUPLICATE_ORDER', limit: '60', observed: '59.999',
	}],
	['a minute ago', { duplicateAt: START - 60_000 }, { result: 'pass', observed: '60' }],
]);
