/** The trade's own words, shared by every feature. */
export const SIDES = ['buy', 'sell'] as const;
export type Side = (typeof SIDES)[number];

export const ORDER_TYPES = ['market', 'limit', 'stop', 'stop_limit'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/** GTC, IOC and FOK are the venue's own; DAY and GTD are kept by the engine. */
export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'DAY', 'GTD'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export const SIGNAL_ACTIONS = ['open', 'close', 'cancel'] as const;
export type SignalAction = (typeof SIGNAL_ACTIONS)[number];

export const SIGNAL_CLASSES = ['RAPID_ASSAULT', 'SNIPER_OPS', 'MIDNIGHT_HAMMER'] as const;
export type SignalClass = (typeof SIGNAL_CLASSES)[number];

export const TIERS = ['PRESS_PASS', 'NIBBLER', 'FANG', 'COMMANDER', 'OPERATOR'] as const;
export type Tier = (typeof TIERS)[number];

export const FIRE_MODES = ['MANUAL', 'SEMI_AUTO', 'FULL_AUTO', 'CHAINGUN'] as const;
export type FireMode = (typeof FIRE_MODES)[number];
/** Modes that can be chosen today. */
export const OFFERED_FIRE_MODES = ['MANUAL', 'FULL_AUTO'] as const;

export const ACCOUNT_KINDS = ['paper', 'sandbox', 'live'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** The other side. */
export function opposite(side: Side): Side {
	return side === 'buy' ? 'sell' : 'buy';
}
