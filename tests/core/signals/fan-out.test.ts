import type { Kernel } from '../../../core/db';
import { createMembers } from '../../../core/members';
import type { SignalId } from '../../../core/model';
import { describeDatabases, type TestDatabase } from '../../support/databases';
import { GOOD, KEY, post, signalsOf } from './support';

describeDatabases('fan-out', (open) => {
	let database: TestDatabase;
	let kernel: Kernel;
	let signals: ReturnType<typeof signalsOf>;

	beforeAll(async () => {
		database = await open();
		kernel = database.kernel();
		signals = signalsOf(kernel);
		const members = createMembers(kernel);
		const tiers = { anna: 'NIBBLER', ben: 'COMMANDER' } as const;
		for (const [handle, tier] of Object.entries(tiers)) {
			await members.upsert({ handle, tier, zone: 'UTC', paperAccount: {}, actor: 'test' });
		}
	});

	const send = async (more: object): Promise<SignalId> => {
		const answer = await signals.receive(post({ ...GOOD, ...more }), [KEY], 'i');
		return answer.stored[0]!;
	};

	const handles = async (more: object) =>
		(await signals.fanOut(await send(more))).accounts.map(({ handle, tier }) => `${handle} ${tier}`);

	it('reaches the accounts of everyone whose tier may see the class', async () => {
		expect(await handles({})).toEqual(['anna NIBBLER', 'ben COMMANDER']);
		expect(await handles({ class: 'SNIPER_OPS' })).toEqual(['anna NIBBLER', 'ben COMMANDER']);
		expect(await handles({ class: 'MIDNIGHT_HAMMER' })).toEqual(['ben COMMANDER']);
	});

	it('reaches only the members it names, and tells which it does not know', async () => {
		const { signal, accounts, unknownHandles } = await signals.fanOut(
			await send({ members: ['ben', 'ghost'] }),
		);
		expect(signal.members).toEqual(['ben', 'ghost']);
		expect(accounts).toMatchObject([{ handle: 'ben', tier: 'COMMANDER', accountId: expect.stringMatching(/^acc_/), memberId: expect.stringMatching(/^mbr_/) }]);
		expect(unknownHandles).toEqual(['ghost']);
		expect(await handles({ members: ['ghost'] })).toEqual([]);
	});

	it('takes a close to everyone addressed, whatever class it names', async () => {
		const close = { symbol: 'BTC/USDT', action: 'close', class: 'MIDNIGHT_HAMMER' };
		expect(await handles(close)).toEqual(['anna NIBBLER', 'ben COMMANDER']);
	});

	it('goes out late as well: the gate judges what is stale or expired', async () => {
		const id = await send({ note: 'late' });
		database.clock.advance(86_400_000);
		expect((await signals.fanOut(id)).accounts).toHaveLength(2);
	});

	it('names an unknown signal', async () => {
		await expect(signals.fanOut('sig_nothere')).rejects.toMatchObject({ code: 'SIGNAL_UNKNOWN' });
		expect(await signals.get('sig_nothere')).toBeNull();
	});
});
