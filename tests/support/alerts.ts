import type { Alert } from '../../core/notifications';

/** An alert with everything an alert can have. */
export function alertWith(facts: Partial<Alert> = {}): Alert {
	return {
		type: 'stop_hit',
		priority: 'high',
		title: 'Stop hit: BTC/USDT -10.12 USDT',
		happened: 'Your buy of 0.005 BTC was closed by its stop at 59,800 USDT.',
		meaning: 'Loss: -10.12 USDT after 0.60 USDT fees. The plan was kept.',
		action: null,
		facts: [
			{ label: 'Entry', value: '60,250.5 USDT' },
			{ label: 'Net', value: '-10.12 USDT' },
		],
		...facts,
	};
}
