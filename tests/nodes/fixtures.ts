import type { IDataObject } from 'n8n-workflow';
import type { Core, MemberView, Signal } from '../../core';
import { node, runNode, TOKEN, type Credentials } from '../support/harness';

/** A member with one paper account. */
export async function makeMember(
	core: Core,
	handle: string,
	fireMode: 'MANUAL' | 'FULL_AUTO' = 'MANUAL',
): Promise<MemberView> {
	return core.members.upsert({
		handle,
		tier: 'OPERATOR',
		zone: 'UTC',
		fireMode,
		autoSlots: 3,
		paperAccount: { balance: '10000' },
		actor: 'operator',
	});
}

/** An alert that the gate lets through: its stop and target are far, its confidence is high. */
export async function goodAlert(
	core: Core,
	handle: string,
	changes: IDataObject = {},
): Promise<IDataObject> {
	const symbol = String(changes['symbol'] ?? 'BTC/USDT');
	const quote = await core.exchanges.quotes.quote('paper', symbol);
	const price = Number(quote?.ask);
	return {
		symbol,
		side: 'buy',
		class: 'SNIPER_OPS',
		confidence: 95,
		stop_loss: (price * 0.95).toPrecision(6),
		take_profit: [{ price: (price * 1.15).toPrecision(6) }],
		members: [handle],
		...changes,
	};
}

/** Stores a signal as a call under the key of the harness. */
export async function storeSignal(
	core: Core,
	alert: IDataObject,
	intake = 'workflow-of-a-test:signalIntakeTrigger',
): Promise<Signal['id']> {
	const key = {
		name: 'test',
		token: TOKEN,
		hmacSecret: null,
		scopes: ['submit', 'read', 'fire'] as const,
		cidrs: [],
		trustedProxyHops: 0,
	};
	const { stored, status } = await core.signals.receive(
		{
			method: 'POST',
			path: '/webhook/firecontrol/signal',
			query: {},
			headers: { authorization: `Bearer ${TOKEN}` },
			rawBody: Buffer.from(JSON.stringify(alert)),
			remoteAddress: '127.0.0.1',
		},
		[key],
		intake,
	);
	const [id] = stored;
	if (id === undefined) throw new Error(`The signal was not stored: ${status}.`);
	return id;
}

/** Judges a signal by the node and gives the item of the output. */
export async function judge(
	credentials: Credentials,
	item: IDataObject,
	output: 'Rejected' | 'Approved',
): Promise<IDataObject> {
	const run = await runNode(
		node('riskGate', {
			signalId: '={{ $json.signal_id }}',
			accountId: '={{ $json.account_id }}',
			options: {},
		}),
		{ items: [item], credentials },
	);
	const [first] = run.output('riskGate', output === 'Rejected' ? 0 : 1);
	if (first === undefined) throw new Error(`Nothing came out of ${output}: ${run.error ?? ''}`);
	return first.json;
}

/** A trade that was opened and closed by hand, with the events that say so. */
export async function closedTrade(
	core: Core,
	credentials: Credentials,
	handle: string,
): Promise<{ opened: string; closed: string; memberId: MemberView['id']; signalId: Signal['id'] }> {
	const member = await makeMember(core, handle, 'FULL_AUTO');
	const signalId = await storeSignal(core, await goodAlert(core, handle));
	const [account] = member.accounts;
	if (account === undefined) throw new Error('The member has no account.');
	const verdict = await judge(
		credentials,
		{ signal_id: signalId, account_id: account.id },
		'Approved',
	);
	const { ticket } = await core.firemodes.route(verdict['verdict_id'] as `vrd_${string}`);
	await core.firemodes.place(ticket.id, 'test');
	await core.orders.closePosition({
		accountId: account.id,
		symbol: ticket.symbol,
		reason: 'manual',
		actor: 'test',
	});
	const events = await core.events.list({ signalId, types: ['trade.opened', 'trade.closed'], limit: 10 });
	const idOf = (type: string): string => events.find((event) => event.type === type)?.eventId ?? '';
	return { opened: idOf('trade.opened'), closed: idOf('trade.closed'), memberId: member.id, signalId };
}
