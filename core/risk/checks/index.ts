import { accountActive } from './account-active';
import { accountKind } from './account-kind';
import { addressee } from './addressee';
import { balance } from './balance';
import type { Check } from './check';
import { circuitBreaker } from './circuit-breaker';
import { classFloor } from './class-floor';
import { classPermission } from './class-permission';
import { clientIdLookup } from './client-id-lookup';
import { confidence } from './confidence';
import { cooldown } from './cooldown';
import { currency } from './currency';
import { currencyExposure } from './currency-exposure';
import { dailyLoss } from './daily-loss';
import { duplicateOrder } from './duplicate-order';
import { engineHeartbeat } from './engine-heartbeat';
import { groupExposure } from './group-exposure';
import { highRiskCooldown } from './high-risk-cooldown';
import { liveReadiness } from './live-readiness';
import { liveSwitch } from './live-switch';
import { lossCooldown } from './loss-cooldown';
import { manualRun } from './manual-run';
import { medicMode } from './medic-mode';
import { news } from './news';
import { messageRate } from './message-rate';
import { messagesPerDay } from './messages-per-day';
import { oneTradePerSymbol } from './one-trade-per-symbol';
import { orderSize } from './order-size';
import { orderToTrade } from './order-to-trade';
import { orderType } from './order-type';
import { ordersPerDay } from './orders-per-day';
import { positionLimit } from './position-limit';
import { positionValue } from './position-value';
import { priceCollar } from './price-collar';
import { priceSanity } from './price-sanity';
import { quantity } from './quantity';
import { revengeBlock } from './revenge-block';
import { rewardRisk } from './reward-risk';
import { riskPerTrade } from './risk-per-trade';
import { selfLockout } from './self-lockout';
import { short } from './short';
import { signalAge } from './signal-age';
import { signalExpiry } from './signal-expiry';
import { stopLoss } from './stop-loss';
import { symbol } from './symbol';
import { symbolExposure } from './symbol-exposure';
import { tilt } from './tilt';
import { totalOpenRisk } from './total-open-risk';
import { unknownOrders } from './unknown-orders';
import { weekend } from './weekend';

/** The ten checks, in the order in which they are evaluated and reported. */
export const TEN_CHECKS: readonly Check[] = [
	balance,
	positionLimit,
	riskPerTrade,
	dailyLoss,
	stopLoss,
	rewardRisk,
	priceSanity,
	quantity,
	orderToTrade,
	circuitBreaker,
];

/** The further rules of opening orders, reported after the ten. */
export const FURTHER_CHECKS: readonly Check[] = [
	signalExpiry,
	signalAge,
	symbol,
	currency,
	short,
	orderType,
	oneTradePerSymbol,
	totalOpenRisk,
	positionValue,
	orderSize,
	priceCollar,
	messageRate,
	messagesPerDay,
	symbolExposure,
	currencyExposure,
	groupExposure,
	addressee,
	accountActive,
	accountKind,
	liveSwitch,
	liveReadiness,
	clientIdLookup,
	manualRun,
	classPermission,
	confidence,
	classFloor,
	ordersPerDay,
	cooldown,
	duplicateOrder,
	unknownOrders,
	engineHeartbeat,
	weekend,
	news,
	selfLockout,
	revengeBlock,
	lossCooldown,
	highRiskCooldown,
	tilt,
	medicMode,
];
