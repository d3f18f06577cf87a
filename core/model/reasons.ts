/**
 * Every reason the system can give, with a text that says what it means and what to do.
 * `{name}` is filled from the context. One code per distinct refusal; codes are permanent.
 */
export const REASONS = {
	OK: 'Passed.',
	// signals
	SIGNAL_STALE: 'The signal was {age_s} s old on arrival; at most {limit_s} s is allowed. Send it sooner, or correct created_at.',
	SIGNAL_FROM_FUTURE: 'The signal is dated {ahead_s} s in the future; at most {limit_s} s is allowed. Check the clock of the sender.',
	SIGNAL_EXPIRED: 'The signal expired at {expires_at}, before it was judged. Nothing was done.',
	NO_ELIGIBLE_ACCOUNT: 'No active member with an account may see this signal. Check members, tiers and the "members" field.',
	CLASS_NOT_PERMITTED: 'The tier {tier} may see {class} signals but not execute them. A higher tier is needed.',
	CLASS_FLOOR: 'Confidence {observed} is below {limit}, the floor for the class {class}.',
	CONFIDENCE_MISSING: 'The signal has no confidence. Send "confidence" from 0 to 100.',
	CONFIDENCE_LOW: 'Confidence {observed} is below the required {limit}.',
	CONFIDENCE_AMBIGUOUS: 'Confidence {observed} may mean a percentage or a share. Send it as percent, or add "confidence_scale":"unit".',
	SYMBOL_UNKNOWN: 'The venue does not list {symbol}. Use its unified name or its own market id, for example BTC/USDT or BTCUSDT.',
	CURRENCY_MISMATCH: '{symbol} is quoted in {observed}; the account holds {limit}. Use a symbol quoted in the account currency.',
	SHORT_NOT_SUPPORTED: 'The account trades spot and cannot sell short.',
	ORDER_TYPE_UNSUPPORTED: 'The order type {observed} is not supported on this venue yet.',
	// the ten checks and six rules
	BALANCE_INSUFFICIENT: 'The order needs {observed} of free cash; {limit} is free. Reduce the quantity or close a position.',
	POSITION_LIMIT: '{observed} positions are open or reserved; the limit is {limit}. Close one first.',
	RISK_PER_TRADE: 'The order risks {observed}; the limit a trade is {limit}. Reduce the quantity to {max_quantity} or tighten the stop.',
	POSITION_VALUE_LIMIT: 'The position would be worth {observed}; at most {limit} (30 % of equity) is allowed.',
	DAILY_LOSS_LIMIT: 'Losses, open risk and this order come to {observed} today; the daily stop is {limit}. No new entries until the next risk day.',
	DAILY_LOSS_NEAR: 'With this order {observed} of the daily limit {limit} is in use.',
	TOTAL_OPEN_RISK: 'Total open risk would be {observed}; the limit is {limit}.',
	ENTRY_MISSING: 'The order needs a price. Send "entry".',
	STOP_LOSS_MISSING: 'A stop-loss is mandatory. Send "stop_loss".',
	STOP_LOSS_WRONG_SIDE: 'The stop-loss {observed} is on the wrong side of the price {limit} for this side.',
	STOP_LOSS_EQUALS_ENTRY: 'The stop-loss equals the entry price.',
	STOP_LOSS_NEAR: 'The stop-loss is {observed} % from the price; nearer than {limit} % is often hit by noise.',
	TAKE_PROFIT_MISSING: 'A take-profit is needed to judge reward against risk. Send "take_profit".',
	TAKE_PROFIT_WRONG_SIDE: 'The take-profit {observed} is on the wrong side of the price {limit} for this side.',
	REWARD_RISK: 'Reward to risk is {observed}; at least {limit} is needed. Move the target to {min_take_profit} or tighten the stop.',
	REWARD_RISK_LOW: 'Reward to risk is {observed}; {limit} or more is preferred.',
	PRICE_INSANE: 'The price {price} is more than {limit} % from the quote {observed}. Check the symbol and the sender.',
	QUANTITY_TOO_SMALL: 'The quantity {observed} is below the minimum {limit} of the venue.',
	QUANTITY_TOO_LARGE: 'The quantity {observed} is above the maximum {limit}.',
	QUANTITY_STEP: 'The quantity {observed} is not a multiple of the step {limit}.',
	NOTIONAL_TOO_SMALL: 'The order is worth {observed}; the venue asks for at least {limit}.',
	ORDER_TO_TRADE: '{observed} orders, replaces and cancels today against {fills} fills; the limit is {limit}.',
	TRADING_STATE: 'Trading is {state} ({cause}). New entries wait until it is re-armed; exits pass.',
	VENUE_CLOSED: 'The venue is closed.',
	FEED_STALE: 'The price feed of {symbol} is not fresh.',
	QUOTE_STALE: 'The last quote of {symbol} is {observed} s old; at most {limit} s is allowed.',
	QUOTE_MISSING: 'There is no quote of {symbol}. The gate does not guess.',
	EQUITY_UNKNOWN: 'The account equity is not known or older than {limit} s. The gate does not guess; check the engine.',
	MONITOR_DEAD: 'The engine that watches the stop has not reported for {observed} s (limit {limit} s). Activate template 00-engine.',
	POSITION_EXISTS: 'A trade in {symbol} is open or about to open on this account.',
	OPPOSITE_POSITION_OPEN: 'A trade in {symbol} in the other direction is open on this account.',
	ORDER_UNKNOWN: 'The outcome of an earlier order in {symbol} is not known yet. No new risk there until it is.',
	ORDERS_PER_DAY: '{observed} orders today; the tier allows {limit}.',
	COOLDOWN: 'The next order is allowed in {observed} s (tier cooldown {limit} min).',
	DUPLICATE_ORDER: 'The same source, side, symbol and quantity was ordered {observed} s ago (limit {limit} s).',
	ACCOUNT_KIND: 'The tier {tier} trades on paper only; this account is {observed}.',
	ACCOUNT_INACTIVE: 'The account is not active.',
	TIER_NONE: 'The member has no tier at this time. Grant an entitlement.',
	WAITS_FOR_CAPACITY: 'Good, but {waiting_for} is used up by other trades; it waits for capacity.',
	MANUAL_RUN_LIVE: 'A manual run in the editor acts on paper accounts only. Turn on "Allow Live in Manual Runs" to change that.',
	NOTHING_TO_CLOSE: 'There is no open trade in {symbol} that this close could mean.',
	NOTHING_TO_CANCEL: 'There is no unfilled entry or waiting ticket in {symbol}.',
	ADDRESSEE_UNKNOWN: 'No member has the handle "{observed}".',
	// tickets and fire modes
	MODE_NOT_PERMITTED: 'The tier {tier} does not include the fire mode {mode}.',
	MODE_NOT_OFFERED: 'The fire mode {mode} is not available yet.',
	VENUE_NO_CLIENT_ID: 'FULL_AUTO needs a venue that can look orders up by client id.',
	SLOT_LIMIT: '{observed} slots asked for; the tier allows {limit}.',
	NO_SLOT: 'All {limit} slots are in use; the ticket waits in the queue.',
	RESERVATION_EXPIRED: 'The reservation had run out, so the gate judged again.',
	TICKET_UNKNOWN: 'There is no such ticket.',
	TICKET_NOT_HELD: 'The ticket is {state}; only a held ticket can be fired.',
	TICKET_NOT_FIRED: 'The ticket is {state}; only a fired ticket can be placed.',
	TICKET_EXPIRED: 'The ticket expired at {expires_at} with its signal.',
	// orders
	ORDER_NOT_FOUND: 'There is no such order.',
	ORDER_NOT_CANCELLABLE: 'The order is {state} and cannot be cancelled.',
	ENTRY_RATE: 'Too many entries a second on this account; the order waited {limit} s and was not sent.',
	STOP_LATCH: 'Trading was stopped before the order was sent.',
	SEND_TOO_LATE: 'The order was not sent within {limit} s and was given up. It is certainly not at the venue.',
	VENUE_REJECTED: 'The venue rejected the order: {venue_message}',
	VENUE_NOT_FOUND: 'Five lookups did not find the order at the venue.',
	NO_LIQUIDITY: 'The venue offered no price.',
	NO_OPEN_POSITION: 'There is no open position in {symbol} on this account.',
	CLOSING: 'The position is being closed already.',
	// members
	MEMBER_UNKNOWN: 'There is no such member.',
	ACCOUNT_UNKNOWN: 'There is no such account.',
} as const satisfies Record<string, string>;

/** A stable reason code. */
export type ReasonCode = keyof typeof REASONS;

/** The text of a code, with the context filled in; unknown places read "?". */
export function reasonText(
	code: ReasonCode,
	context: Readonly<Record<string, string | number | boolean | null>>,
): string {
	return REASONS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(context[name] ?? '?'));
}
