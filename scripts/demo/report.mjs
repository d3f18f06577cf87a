/** From the answers of the contract to the lines of the demo's table. */

export const HEADERS = ['#', 'alert', 'answer', 'verdict', 'order', 'fill', 'P&L', 'XP (day)', 'alert sent'];

const OPENING_ENDED = new Set(['DENIED', 'REJECTED', 'CANCELLED', 'EXPIRED', 'FAILED']);
const WAITING = new Set(['HELD', 'QUEUED', 'FIRED']);

/** Whether nothing more will happen to a signal: judged, and its trade, if any, is closed and told. */
export function isSettled({ followed, role }) {
	const accounts = followed?.accounts ?? [];
	if (accounts.length === 0) return false;
	return accounts.every((account) => {
		if (account.verdict === null) return false;
		if (account.verdict.decision === 'BLOCK') return true;
		if (role === 'close') return account.orders.some(({ state }) => state === 'FILLED');
		if (account.outcome) return account.outcome.state === 'CLOSED' && account.xp.length > 0 && account.alerts.length > 0;
		if (account.orders.length > 0) return account.orders.every(({ state }) => OPENING_ENDED.has(state));
		return account.ticket !== null && !WAITING.has(account.ticket.state);
	});
}

function verdictText({ verdict, ticket }) {
	if (!verdict) return '–';
	// What merely warned is no reason of a refusal.
	const deciding = verdict.decision === 'BLOCK' ? 'block' : 'warn';
	const codes = verdict.checks.filter(({ result }) => result === deciding).map(({ code }) => code);
	const queued = ticket?.history?.some(({ state }) => state === 'QUEUED') ? ' (queued first)' : '';
	return `${verdict.decision}${codes.length > 0 ? ` ${[...new Set(codes)].join(', ')}` : ''}${queued}`;
}

function orderText({ ticket, orders }) {
	if (orders.length === 0) return ticket ? ticket.state : '–';
	return orders.map((order) => `${order.leg} ${order.state}`).join(', ');
}

const fillText = ({ orders }) =>
	orders
		.flatMap(({ fills }) => fills ?? [])
		.map(({ side, quantity, price }) => `${side} ${quantity} @ ${price}`)
		.join(', ') || '–';

/** A close shows none: its trade does. */
const moneyText = ({ outcome }, role) =>
	role === 'close' || outcome?.net === undefined || outcome.net === null ? '–' : `${outcome.net} ${outcome.currency ?? ''}`.trim();

function xpText({ xp }) {
	if (!xp || xp.length === 0) return '–';
	const amount = xp.reduce((sum, entry) => sum + entry.amount, 0);
	return `${amount >= 0 ? '+' : ''}${amount} (${xp[xp.length - 1].day_total})`;
}

/** What was sent (or kept in the local outbox), by channel; what preferences held back is left out. */
function alertText({ alerts }) {
	const sent = (alerts ?? []).filter(({ state }) => state === 'SENT' || state === 'LOCAL' || state === 'PENDING');
	const channels = [...new Set(sent.map(({ channel }) => channel))];
	const types = (channel) => [...new Set(sent.filter((alert) => alert.channel === channel).map(({ type }) => type))];
	return channels.map((channel) => `${channel}: ${types(channel).join(', ')}`).join('; ') || '–';
}

function answerText({ status, answer }) {
	if (answer.duplicate) return `${status} duplicate`;
	if (answer.signal_id) return `${status} accepted`;
	const first = answer.errors?.[0];
	return `${status} ${first?.code ?? 'rejected'}${first?.path ? ` (${first.path})` : ''}`;
}

export function describe(entry, index) {
	const account = entry.answer.duplicate ? undefined : entry.followed?.accounts[0];
	const head = [String(index + 1), entry.title, answerText(entry)];
	if (account === undefined) return [...head, entry.answer.duplicate ? 'as #3' : '–', '–', '–', '–', '–', '–'];
	return [...head, verdictText(account), orderText(account), fillText(account), moneyText(account, entry.role), xpText(account), alertText(account)];
}
