import type { IDataObject, IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';
import { isRefused, type Account, type Connected, type Core, type Refused } from '../../../core';
import { timeOf } from '../../shared/items';
import { memberOf } from '../../shared/listSearch';
import type { OutputItem } from '../../shared/runItems';
import { refusedError } from '../../shared/toNodeError';
import type { AccountCommand } from '../Members.accounts.params';

export function accountItem(account: Account): IDataObject {
	return {
		account_id: account.id,
		member_id: account.memberId,
		label: account.label,
		venue: account.venue,
		kind: account.kind,
		status: account.status,
		currency: account.currency,
		zone: account.zone,
		start_balance: account.startBalance,
		cash: account.cash,
		equity: account.equity,
		equity_at: timeOf(account.equityAt),
		realised_net: account.realisedNet,
		realised_today: account.realisedToday,
		risk_day: account.riskDay,
		live_enabled: account.liveEnabledAt !== null,
		live_enabled_at: timeOf(account.liveEnabledAt),
		live_enabled_by: account.liveEnabledBy,
	};
}

function connectedItem({ account, created, replaced, venue }: Connected): IDataObject {
	return {
		...accountItem(account),
		created,
		key_replaced: replaced,
		markets: venue?.markets ?? null,
		assets: venue?.assets ?? null,
		can_trade: venue?.rights.canTrade ?? null,
		can_withdraw: venue?.rights.canWithdraw ?? null,
	};
}

/** What an operator does next, shown beside the output. */
function nextStep({ kind, liveEnabledAt, cash, currency }: Account): NodeExecutionHint {
	if (cash === '0') {
		const message = `The key is sealed in the database. The account holds no ${currency} at the venue: nothing can be bought until it does.`;
		return { message, location: 'outputPane', type: 'warning' };
	}
	const message =
		kind === 'live' && liveEnabledAt === null
			? 'The key is sealed in the database. The account holds real money and trades only after Enable Live.'
			: 'The key is sealed in the database. The account trades as soon as the engine has compared it with its venue.';
	return { message, location: 'outputPane', type: 'info' };
}

function orThrow<T extends object>(
	ctx: IExecuteFunctions,
	result: T | Refused,
	itemIndex: number,
): T {
	if (isRefused(result)) throw refusedError(ctx.getNode(), result, itemIndex);
	return result;
}

/** One item of the resource Account. */
export async function runAccounts(
	ctx: IExecuteFunctions,
	core: Core,
	command: AccountCommand,
): Promise<OutputItem | OutputItem[]> {
	const { itemIndex } = command;
	switch (command.kind) {
		case 'accounts': {
			const { accounts } = await memberOf(ctx, core, command.member, itemIndex);
			return accounts.map((account) => ({ json: accountItem(account) }));
		}
		case 'connect': {
			const connected = orThrow(ctx, await core.connections.connect(command.wish), itemIndex);
			if (connected.account.kind !== 'paper') ctx.addExecutionHints(nextStep(connected.account));
			return { json: connectedItem(connected) };
		}
		case 'disconnect':
			return { json: accountItem(orThrow(ctx, await core.connections.disconnect(command), itemIndex)) };
		case 'enableLive':
			return { json: accountItem(orThrow(ctx, await core.liveSwitch.enable(command), itemIndex)) };
		case 'disableLive':
			return { json: accountItem(orThrow(ctx, await core.liveSwitch.disable(command), itemIndex)) };
	}
}
