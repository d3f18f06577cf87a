import type { Decimal, OrderType, Side, SignalAction, SignalClass, SignalId } from '../model';

export const SIGNAL_FORMATS = ['native', 'tradingview'] as const;
/** The form in which a signal was sent. */
export type SignalFormat = (typeof SIGNAL_FORMATS)[number];

/** A price at which a part of the position is closed with profit. */
export interface TakeProfit {
	readonly price: Decimal;
	/** Part of the position in (0, 1]; the shares of a signal add up to 1 at most. */
	readonly share: Decimal;
}

/** What the sender said, normalised: equal content has equal fields, however it was written. */
export interface SignalContent {
	readonly senderId: string | null;
	readonly source: string;
	readonly format: SignalFormat;
	/** As sent, trimmed; the venue resolves it. */
	readonly symbol: string;
	readonly side: Side | null;
	readonly action: SignalAction;
	readonly class: SignalClass | null;
	/** Percent, 0–100. */
	readonly confidence: Decimal | null;
	readonly orderType: OrderType;
	readonly entry: Decimal | null;
	readonly trigger: Decimal | null;
	readonly stopLoss: Decimal | null;
	readonly takeProfits: readonly TakeProfit[];
	readonly quantity: Decimal | null;
	readonly timeframe: string | null;
	readonly pattern: string | null;
	/** Handles of the members addressed; null addresses everyone eligible. */
	readonly members: readonly string[] | null;
	readonly note: string | null;
	/** Milliseconds UTC; null when the sender did not say. */
	readonly createdAt: number | null;
	readonly expiresAt: number | null;
}

/** A stored signal. */
export interface Signal extends SignalContent {
	readonly id: SignalId;
	/** The intake node that took it in and pumps it. */
	readonly intake: string;
	/** The key under which it was sent. */
	readonly keyName: string;
	readonly receivedAt: number;
	/** The arrival where the sender did not say. */
	readonly createdAt: number;
	readonly expiresAt: number;
}

export const KEY_SCOPES = ['submit', 'read', 'fire'] as const;
/** What a key may do: submit signals, read more of their course, fire held tickets. */
export type KeyScope = (typeof KEY_SCOPES)[number];

/** A sender's key, from the operator's credential. */
export interface SignalKey {
	readonly name: string;
	/** For `Authorization: Bearer`, `?token=` and the body field `secret`; null: not enabled. */
	readonly token: string | null;
	/** For `X-Firecontrol-Signature`; null: not enabled. */
	readonly hmacSecret: string | null;
	readonly scopes: readonly KeyScope[];
	/** Addresses or networks the key may be used from; empty: from everywhere. */
	readonly cidrs: readonly string[];
	/** Proxies in front of n8n: that many entries of X-Forwarded-For, from the right, are theirs. */
	readonly trustedProxyHops: number;
}

/** A call as it came in, untouched. */
export interface IntakeRequest {
	readonly method: string;
	/** Path and query exactly as asked for (`req.originalUrl`): a signed GET signs this text. */
	readonly path: string;
	readonly query: Readonly<Record<string, unknown>>;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	/** The exact bytes of the body; empty where there is none. */
	readonly rawBody: Uint8Array;
	/** Address of the socket's other end. */
	readonly remoteAddress: string;
}

/** What the caller of the webhook is told. */
export interface IntakeAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: object;
}
