import { MINUTE, SECOND } from '../../../../core/model';
import { listIssues } from '../../../../core/orders';
import { lastLookAt } from '../../../../core/orders/reconcile/stalled';
import { describeDatabases } from '../../../support/databases';
import { break_, openStage, type Stage } from './stage';

describeDatabases('comparing that stands still', (open) => {
	async function compared(): Promise<Stage> {
		const stage = await openStage(await open());
		await stage.goLive();
		await stage.reconciliation.begin({ token: 1 });
		await stage.reconciliation.catchUp();
		return stage;
	}
	const issues = async ({ kernel }: Stage) =>
		(await listIssues(kernel.conn, { state: 'all' })).filter(({ kind }) => kind === 'COMPARING_STALLED');
	const told = async ({ kernel }: Stage): Promise<string[]> =>
		(await kernel.conn('events').whereIn('type', ['issue.raised', 'issue.resolved']).orderBy('seq')).map(({ type }) => type);

	test('is told once, and ends when the account is compared again', async () => {
		const stage = await compared();
		const { reconciliation, database } = stage;
		database.clock.advance(5 * MINUTE);
		expect(await reconciliation.watchComparing()).toBe(0);
		database.clock.advance(SECOND);
		for (let look = 0; look < 3; look++) {
			expect(await reconciliation.watchComparing()).toBe(1);
			database.clock.advance(30 * SECOND);
		}
		expect(await issues(stage)).toMatchObject([{ severity: 'critical', resolution: null, cycles: 1 }]);
		expect((await issues(stage))[0]?.detail).toContain('for 301 s');
		expect(await told(stage)).toEqual(['issue.raised']);
		// One of the two jobs alone is not enough.
		await reconciliation.orders();
		expect(await reconciliation.watchComparing()).toBe(1);
		await reconciliation.holdings();
		expect(await reconciliation.watchComparing()).toBe(0);
		expect(await issues(stage)).toMatchObject([{ resolution: 'the account is compared again' }]);
		expect(await told(stage)).toEqual(['issue.raised', 'issue.resolved']);
		expect(await reconciliation.watchComparing()).toBe(0);
		expect(await told(stage)).toHaveLength(2);
	});

	test('a start of the engine after a long time begins anew; so does an account that nobody got to', async () => {
		const stage = await compared();
		const { reconciliation, database } = stage;
		database.clock.advance(60 * MINUTE);
		await reconciliation.begin({ token: 2 });
		expect(await reconciliation.watchComparing()).toBe(0);
		database.clock.advance(6 * MINUTE);
		expect(await reconciliation.watchComparing()).toBe(1);
		// Somebody closes the account: nothing is left to tell.
		await stage.kernel.conn('accounts').update({ status: 'inactive' });
		expect(await reconciliation.watchComparing()).toBe(0);
		expect(await issues(stage)).toMatchObject([{ resolution: expect.any(String) }]);
	});

	test('a venue that fails is looked at all the same; paper accounts have nothing to compare', async () => {
		const stage = await compared();
		const { reconciliation, database } = stage;
		break_(stage, 'balances');
		for (let minute = 0; minute < 8; minute++) {
			database.clock.advance(MINUTE);
			await reconciliation.orders();
			await reconciliation.holdings();
			expect(await reconciliation.watchComparing()).toBe(0);
		}
		await stage.kernel.conn('accounts').update({ kind: 'paper' });
		database.clock.advance(60 * MINUTE);
		expect(await reconciliation.watchComparing()).toBe(0);
		expect(await issues(stage)).toEqual([]);
	});

	test('an account that never got a turn counts from its opening', () => {
		expect(lastLookAt({ accountId: 'acc_1', venue: 'binance', openedAt: 7, progress: null })).toBe(7);
	});
});
