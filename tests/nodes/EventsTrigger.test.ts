import { EVENT_TYPES } from '../../core';
import { EVENT_OPTIONS } from '../../nodes/EventsTrigger/EventsTrigger.description';
import {
	FAILURE,
	node,
	openInstallation,
	startTrigger,
	until,
	type RunningTrigger,
	type TestInstallation,
} from '../support/harness';
import { closedTrade } from './fixtures';

let home: TestInstallation;
beforeEach(async () => {
	home = await openInstallation();
});
afterEach(async () => home.close());

const events = (id: string, types = ['trade.opened', 'trade.closed']) =>
	node('eventsTrigger', { types, options: {} }, { id });
const start = async (id: string, types?: string[]): Promise<RunningTrigger> =>
	startTrigger(events(id, types), { credentials: home.credentials });

const deliveries = async () =>
	home.core.kernel.conn('event_deliveries').select('state', 'attempts').orderBy('id');

describe('Events Trigger', () => {
	it('offers every event of the core, and no other', () => {
		expect(EVENT_OPTIONS.map(({ value }) => value).sort()).toEqual([...EVENT_TYPES].sort());
	});

	it('emits the chosen events from its start on, and confirms what succeeded', async () => {
		await closedTrade(home.core, home.credentials, 'before');
		const trigger = await start('one');
		const { opened, closed } = await closedTrade(home.core, home.credentials, 'after');
		trigger.tick();
		const batch = await until(() => trigger.emitted[0]);
		expect(batch.items.map(({ event_id }) => event_id)).toEqual([opened, closed]);
		expect(batch.items[1]).toMatchObject({ type: 'trade.closed', payload: { symbol: 'BTC/USDT' } });
		batch.end();
		await until(async () => (await deliveries())[0]?.state === 'CONFIRMED');
		trigger.tick();
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(trigger.emitted).toHaveLength(1);
	});

	it('goes on where it was after a restart, and gives another node its own cursor', async () => {
		const first = await start('two');
		await first.response.closeFunction?.();
		const { closed } = await closedTrade(home.core, home.credentials, 'meanwhile');
		const again = await start('two', ['trade.closed']);
		const other = await start('three', ['trade.closed']);
		again.tick();
		other.tick();
		const batch = await until(() => again.emitted[0]);
		expect(batch.items.map(({ event_id }) => event_id)).toEqual([closed]);
		expect(other.emitted).toEqual([]);
		batch.end();
	});

	it('reports a failed execution, so that its events come again', async () => {
		const trigger = await start('four');
		await closedTrade(home.core, home.credentials, 'fails');
		trigger.tick();
		(await until(() => trigger.emitted[0])).end(FAILURE);
		await until(async () => (await deliveries())[0]?.state === 'FAILED');
	});

	it('does not hand out a second batch at the same moment, and may be closed twice', async () => {
		const trigger = await start('five');
		await closedTrade(home.core, home.credentials, 'busy');
		trigger.tick();
		trigger.tick();
		const batch = await until(() => trigger.emitted[0]);
		await closedTrade(home.core, home.credentials, 'busy-too');
		trigger.tick();
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(trigger.emitted).toHaveLength(1);
		await trigger.response.closeFunction?.();
		await trigger.response.closeFunction?.();
		batch.end();
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(trigger.emitted).toHaveLength(1);
	});

	it('shows the latest event when run by hand, and claims nothing', async () => {
		const { closed } = await closedTrade(home.core, home.credentials, 'sample');
		const trigger = await startTrigger(events('six'), { credentials: home.credentials, mode: 'manual' });
		expect(trigger.crons).toBe(0);
		await trigger.response.manualTriggerFunction?.();
		expect(trigger.emitted[0]?.items).toMatchObject([{ event_id: closed }]);
		expect(await deliveries()).toEqual([]);
	});
});
