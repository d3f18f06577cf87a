import type { IDataObject } from 'n8n-workflow';
import type { Core } from '../../core';
import { signalItem } from '../shared/items';

/** Shown while there is no signal yet: the shape of an item, of a signal that does not exist. */
const SAMPLE_SIGNAL: IDataObject = {
	signal_id: 'sig_0000000000sample',
	source: 'sample',
	symbol: 'BTC/USDT',
	side: 'buy',
	action: 'open',
	class: 'SNIPER_OPS',
	confidence: '92',
	order_type: 'market',
	entry: '60250.5',
	stop_loss: '59800',
	take_profit: [{ price: '61500', share: '1' }],
	quantity: null,
	timeframe: '5m',
	pattern: 'ORDER_BLOCK_BOUNCE',
	note: 'A sample: nothing was received, nothing is stored.',
	received_at: '2026-11-20T10:00:01.000Z',
	created_at: '2026-11-20T10:00:00.000Z',
	expires_at: '2026-11-20T10:10:00.000Z',
};

/**
 * What a run by hand shows: the latest signal, so that the nodes behind it show what they stored for
 * it. Nothing is leased, and every node gives a second run the result of the first.
 */
export async function sampleItem(core: Core): Promise<IDataObject> {
	const [latest] = await core.events.list({ types: ['signal.received'], limit: 1, newestFirst: true });
	const id = latest?.signalId ?? null;
	const signal = id === null ? null : await core.signals.get(id);
	return signal === null ? { ...SAMPLE_SIGNAL } : signalItem(signal);
}
