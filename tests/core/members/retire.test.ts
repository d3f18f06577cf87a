import { findAccount, findMember, retireMember } from '../../../core/members';
import { openTrades } from '../../../core/orders';
import { describeDatabases } from '../../support/databases';
import { openTrading, type Trading } from '../../support/trading';

const retire = async ({ kernel, memberId }: Trading): Promise<void> =>
	kernel.transaction(async (trx) =>
		retireMember(trx, kernel, memberId, 'operator', {
			openWork: async (conn, accountId) => (await openTrades(conn, accountId)).length,
		}),
	);

const statusOf = async ({ kernel: { conn }, memberId, accountId }: Trading): Promise<unknown[]> => [
	(await findMember(conn, memberId))?.status,
	(await findAccount(conn, accountId))?.status,
];

describeDatabases('retiring a member', (open) => {
	it('is refused while a trade is open, and leaves everything as it is; once it is closed it is done', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		await expect(retire(trading)).rejects.toMatchObject({
			code: 'MEMBER_BUSY',
			message: expect.stringMatching(/the account ".+" has 1 open trades or working orders.*Close them first/),
		});
		expect(await statusOf(trading)).toEqual(['active', 'active']);
		const { accountId } = trading;
		await trading.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		await retire(trading);
		expect(await statusOf(trading)).toEqual(['inactive', 'inactive']);
	});
});
