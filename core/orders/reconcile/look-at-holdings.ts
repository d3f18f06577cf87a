import type { VenuePosition } from '../../exchange';
import { findAccount, lockAccount } from '../../members';
import {
	abs, add, decimal, gt, isZero, lt, lte, mul, SECOND, sub, ZERO, type Decimal,
} from '../../model';
import type { IssueKey, IssueKind, NewIssue } from '../issues/issue';
import { settleIssue, upsertIssue } from '../issues/issues.repository';
import { correctHolding, correctionPrice, correctPosition } from './adjust';
import {
	compareDerivatives, compareSpot, differenceKey, type HoldingDifference, type StepOf,
} from './compare-holdings';
import { readBooksOf, symbolsSince, type Books } from './facts.queries';
import { ask, graceOf, onItsWay, skip, type Look } from './look';
import { cashDiffers, handleCash } from './look-at-cash';
import { lookAtFills } from './look-at-fills';

type Of<K extends HoldingDifference['kind']> = Extract<HoldingDifference, { kind: K }>;

/** What the venue says of an account's money and positions. */
interface VenueHoldings {
	readonly balances: Readonly<Record<string, Decimal>>;
	/** Null on spot. */
	readonly positions: readonly VenuePosition[] | null;
}

async function askHoldings(look: Look): Promise<VenueHoldings | null> {
	const { exchange, account } = look;
	const balances = await ask(look, 'balances', async () => exchange.balances(account.id));
	if (balances === null) return null;
	const positions = await ask(look, 'positions', async () => exchange.positions(account.id));
	if (positions === null) return null;
	return { balances: balances.answer, positions: positions.answer };
}

async function stepsOf(look: Look, venue: VenueHoldings): Promise<StepOf> {
	const { currency } = look.account;
	const names = venue.positions === null
		? [...Object.keys(venue.balances), ...look.books.positions.map(({ symbol }) => symbol)]
		: [...venue.positions, ...look.books.positions].map(({ symbol }) => symbol);
	const steps = new Map<string, Decimal>();
	for (const name of new Set(names)) {
		const symbol = name.includes('/') ? name : `${name}/${currency}`;
		if (name === currency) continue;
		const market = await ask(look, `market ${symbol}`, async () => look.exchange.resolve(symbol));
		if (market === null || market.answer === null) continue;
		steps.set(name, market.answer.quantityStep);
		if (venue.positions === null) steps.set(market.answer.base, market.answer.quantityStep);
	}
	return (name) => steps.get(name) ?? null;
}

function differencesOf(
	look: Look,
	books: Books,
	venue: VenueHoldings,
	stepOf: StepOf,
): HoldingDifference[] {
	const { positions, holdings } = books;
	if (venue.positions === null) {
		return compareSpot({ positions, holdings, currency: look.account.currency }, venue.balances, stepOf);
	}
	const { priceTolerancePercent } = look.deps.kernel.rules.policy.reconciliation;
	const own = { positions, holdings, priceTolerancePercent: decimal(priceTolerancePercent) };
	return compareDerivatives(own, venue.positions, stepOf);
}

/** Our cash as the venue's balance has it: a derivatives venue lends what positions cost. */
function cashAt(look: Look, venue: VenueHoldings): Decimal | null {
	const { currency, cash } = look.account;
	const balance = venue.balances[currency];
	if (balance === undefined && Object.keys(venue.balances).length === 0 && !isZero(cash)) {
		skip(look, 'balances', `the venue names no balance at all, ${cash} ${currency} are in our books`, 'failed');
		return null;
	}
	const total = balance ?? ZERO;
	if (venue.positions === null) return total;
	return sub(total, add(...look.books.positions.map((position) => position.cost)));
}

/**
 * Our side once more, after the venue answered: fills that came meanwhile are booked, and only what
 * is the same before and after is a difference. Null when the executions could not be read: then
 * nobody knows whose the difference is.
 */
async function lookAgain(
	look: Look,
	venue: VenueHoldings,
	stepOf: StepOf,
	first: readonly HoldingDifference[],
): Promise<HoldingDifference[] | null> {
	const { kernel } = look.deps;
	const recent = await symbolsSince(kernel.conn, look.account.id, look.since);
	const symbols = first.flatMap((each) => {
		if (each.kind === 'short') return [each.symbol];
		if (each.kind !== 'external') return [];
		// What is there too much may be an order of ours that was given up and filled after all.
		return recent.filter((symbol) => symbol === each.name || symbol.startsWith(`${each.name}/`));
	});
	if (!(await lookAtFills(look, [...new Set(symbols)]))) return null;
	look.account = (await findAccount(kernel.conn, look.account.id)) ?? look.account;
	look.books = await readBooksOf(kernel.conn, look.account.id);
	const keys = new Set(first.map(differenceKey));
	return differencesOf(look, look.books, venue, stepOf).filter((each) => keys.has(differenceKey(each)));
}

async function handleShort(look: Look, found: Of<'short'>): Promise<void> {
	const { deps, account, actor } = look;
	const { symbol, ours, covered, venue } = found;
	const kind: IssueKind = isZero(covered) ? 'PHANTOM_POSITION' : 'QUANTITY_MISMATCH';
	const key: IssueKey = { accountId: account.id, symbol, kind };
	const other: IssueKind = isZero(covered) ? 'QUANTITY_MISMATCH' : 'PHANTOM_POSITION';
	const trade = look.books.trades.find((each) => each.symbol === symbol);
	const reason = isZero(covered)
		? `${account.venue} holds nothing of our ${ours} ${symbol}. The trade is closed in our books; nothing is sold.`
		: `${account.venue} holds ${venue} of our ${ours} ${symbol}. The trade is reduced to ${covered} in our books; nothing is sold.`;
	const price =
		trade === undefined ? ZERO : await correctionPrice(deps, trade, sub(abs(ours), abs(covered)));
	await deps.kernel.transaction(async (trx) => {
		await lockAccount(trx, account.id);
		await settleIssue(trx, deps.kernel, { ...key, kind: other }, { resolution: 'it is another difference now' });
		const issue = await upsertIssue(trx, deps.kernel, {
			...key, severity: 'critical', ours, venue, detail: reason,
		});
		const wanted = { accountId: account.id, symbol, from: ours, to: covered, price, reason, actor };
		const adjusted = issue.cycles < graceOf(look) ? null : await correctPosition(trx, deps, wanted);
		if (adjusted === null) {
			look.findings.differences.push(issue);
			return;
		}
		look.findings.adjusted.push(adjusted);
		const resolution = `the venue wins: ${symbol} from ${ours} to ${covered}`;
		await settleIssue(trx, deps.kernel, key, { resolution, note: adjusted.id, actor });
	});
}

/** Whether so little came that it is what trades leave over, by the venue's own minimum. */
async function isSmall(look: Look, name: string, amount: Decimal): Promise<boolean> {
	const symbol = name.includes('/') ? name : `${name}/${look.account.currency}`;
	const market = await look.exchange.resolve(symbol).catch(() => null);
	if (market === null) return false;
	const quote = await look.deps.exchanges.quotes.quote(look.account.venue, symbol).catch(() => null);
	const maxAge = look.deps.kernel.rules.policy.risk.equityFreshSeconds * SECOND;
	if (quote === null || look.deps.kernel.clock.now() - quote.at > maxAge) return false;
	return lt(mul(abs(amount), quote.ask), market.minNotional);
}

async function handleExternal(look: Look, found: Of<'external'>): Promise<void> {
	const { deps, account, actor } = look;
	const { name, before, after, averagePrice } = found;
	const record = { accountId: account.id, name, averagePrice, from: before, to: after };
	const less = lte(abs(after), abs(before)) && (isZero(after) || gt(mul(after, before), 0));
	const silent = look.baseline || less || (await isSmall(look, name, sub(after, before)));
	if (silent) {
		await deps.kernel.transaction(async (trx) => correctHolding(trx, deps, { ...record, noted: null }));
		if (look.baseline) look.findings.adopted.push({ kind: 'holding', name, quantity: after, orderId: null });
		return;
	}
	const reason = `${account.venue} holds ${after} ${name} that no trade of this system explains (before: ${before}). It is shown as EXTERNAL and never sold by this system.`;
	const issue: NewIssue = {
		accountId: account.id, symbol: name, kind: 'UNKNOWN_POSITION', severity: 'high',
		ours: before, venue: after, detail: reason,
	};
	await deps.kernel.transaction(async (trx) => {
		await lockAccount(trx, account.id);
		const raised = await upsertIssue(trx, deps.kernel, issue);
		if (raised.cycles < graceOf(look)) {
			look.findings.differences.push(raised);
			return;
		}
		const noted = { issueId: raised.id, reason, actor };
		const adjusted = await correctHolding(trx, deps, { ...record, noted });
		if (adjusted !== null) look.findings.adjusted.push(adjusted);
		look.findings.adopted.push({ kind: 'holding', name, quantity: after, orderId: null });
	});
}

/** Nobody puts an average right, and no quantity hangs on it: it is told, and holds nothing up. */
async function handlePrice(look: Look, found: Of<'price'>): Promise<void> {
	const { deps, account } = look;
	const { symbol, ours, venue } = found;
	await deps.kernel.transaction(async (trx) =>
		upsertIssue(trx, deps.kernel, {
			accountId: account.id, symbol, kind: 'PRICE_MISMATCH', severity: 'normal', ours, venue,
			detail: `${account.venue} has another average price for ${symbol}: ${venue}, ours is ${ours}. Quantities agree; compare the fills.`,
		}),
	);
}

const MOVES_CASH: readonly IssueKind[] = ['QUANTITY_MISMATCH', 'PHANTOM_POSITION', 'UNKNOWN_POSITION'];

const HOLDING_KINDS: readonly IssueKind[] = [
	'QUANTITY_MISMATCH', 'PHANTOM_POSITION', 'PRICE_MISMATCH', 'UNKNOWN_POSITION',
];

/** Ends the issues whose difference is gone; one of others' holdings, when nothing is held of it. */
async function settleGone(look: Look, found: readonly HoldingDifference[]): Promise<void> {
	const { kernel } = look.deps;
	const there = new Set(found.map((each) => (each.kind === 'external' ? each.name : each.symbol)));
	const held = new Set(look.books.holdings.map((holding) => holding.name));
	for (const issue of look.books.issues) {
		const { accountId, symbol, kind } = issue;
		if (!HOLDING_KINDS.includes(kind) || symbol === null || there.has(symbol)) continue;
		if (kind === 'UNKNOWN_POSITION' && issue.announcedAt !== null && held.has(symbol)) continue;
		await kernel.transaction(async (trx) => settleIssue(trx, kernel, { accountId, symbol, kind }));
	}
}

/** A difference in a symbol that an order of ours is moving right now is none yet. */
function isMoving(look: Look, found: HoldingDifference): boolean {
	if (found.kind !== 'external') return onItsWay(look.books, found.symbol);
	return look.books.working
		.filter(({ symbol }) => symbol === found.name || symbol.startsWith(`${found.name}/`))
		.some(({ symbol }) => onItsWay(look.books, symbol));
}

/**
 * Compares positions and cash. The venue wins on quantity: what it does not hold is taken off our
 * trade, what it holds beyond our trades is recorded as somebody else's, cash follows its balance;
 * each as a booked correction, when the same difference was seen in two looks. In the good case two
 * calls of the venue and no write. @returns whether the venue answered
 */
export async function lookAtHoldings(look: Look): Promise<boolean> {
	const venue = await askHoldings(look);
	if (venue === null) return false;
	const stepOf = await stepsOf(look, venue);
	let found = differencesOf(look, look.books, venue, stepOf);
	let at = cashAt(look, venue);
	if (found.length > 0 || (at !== null && cashDiffers(look, at))) {
		const again = await lookAgain(look, venue, stepOf, found);
		if (again === null) return false;
		found = again;
		at = cashAt(look, venue);
	}
	await settleGone(look, found);
	for (const each of found) {
		if (isMoving(look, each)) skip(look, each.kind === 'external' ? each.name : each.symbol, 'an order is on its way', 'moving');
		else if (each.kind === 'short') await handleShort(look, each);
		else if (each.kind === 'external') await handleExternal(look, each);
		else await handlePrice(look, each);
	}
	if (at === null) return true;
	if (onItsWay(look.books, null)) {
		skip(look, 'cash', 'an order is on its way', 'moving');
		return true;
	}
	// A holding that is not put right yet has moved cash as well: one after the other.
	if (look.findings.differences.some(({ kind }) => MOVES_CASH.includes(kind))) return true;
	const corrected = look.findings.adjusted.length > 0;
	if (corrected) look.account = (await findAccount(look.deps.kernel.conn, look.account.id)) ?? look.account;
	await handleCash(look, at, corrected);
	return true;
}

