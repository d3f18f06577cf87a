import type {
	AccountKind,
	Decimal,
	EntitlementId,
	FireMode,
	MemberId,
	AccountId,
	SubscriptionId,
	Tier,
} from '../model';

/** Channels that a member can switch on and off. */
export const MEMBER_CHANNELS = ['email', 'push', 'telegram'] as const;
/** The member's own switches; all on until the member says otherwise. */
export type MemberChannels = Readonly<Record<(typeof MEMBER_CHANNELS)[number], boolean>>;

export const ALL_CHANNELS_ON: MemberChannels = { email: true, push: true, telegram: true };

/** A person, by the handle that signals name them by. Times in ms UTC. */
export interface Member {
	readonly id: MemberId;
	/** Lower case, unique. */
	readonly handle: string;
	readonly displayName: string;
	/** IANA zone of the member's day, night and quiet hours. */
	readonly zone: string;
	readonly status: 'active' | 'inactive';
	readonly fireMode: FireMode;
	readonly autoSlots: number;
	readonly email: string | null;
	readonly telegramChatId: string | null;
	readonly phone: string | null;
	readonly channels: MemberChannels;
	readonly createdAt: number;
	readonly updatedAt: number;
}

/** A tier for a span of time. Several may overlap: the one that began last counts. */
export interface Entitlement {
	readonly id: EntitlementId;
	readonly memberId: MemberId;
	readonly tier: Tier;
	readonly from: number;
	/** First ms it no longer counts; null for open-ended. */
	readonly until: number | null;
	readonly source: string;
	readonly createdAt: number;
}

/** An account with its running totals, in its currency. Times in ms UTC. */
export interface Account {
	readonly id: AccountId;
	readonly memberId: MemberId;
	readonly label: string;
	readonly venue: string;
	readonly kind: AccountKind;
	readonly status: 'active' | 'inactive';
	readonly currency: string;
	/** IANA zone of the risk day. */
	readonly zone: string;
	readonly startBalance: Decimal;
	readonly cash: Decimal;
	/** Net of all closed trades. */
	readonly realisedNet: Decimal;
	/** The risk day that `dayStartEquity` and `realisedToday` belong to. */
	readonly riskDay: string;
	readonly dayStartEquity: Decimal;
	readonly realisedToday: Decimal;
	readonly peakEquity: Decimal;
	/** Cash and positions at the bid as of `equityAt`; null while never computed. */
	readonly equity: Decimal | null;
	readonly equityAt: number | null;
	/** Earliest time the next entry may be sent. */
	readonly nextEntryAt: number;
	/** Since when a live account may trade; null while the switch is off, and on other kinds. */
	readonly liveEnabledAt: number | null;
	/** Who switched it on. */
	readonly liveEnabledBy: string | null;
	readonly createdAt: number;
	readonly updatedAt: number;
}

/** A member with what hangs on it, as nodes show it. */
export interface MemberView extends Member {
	/** The tier at the moment of reading; null for none. */
	readonly tier: Tier | null;
	readonly accounts: readonly Account[];
}

/** A browser that takes Web Push for a member. */
export interface PushSubscription {
	readonly id: SubscriptionId;
	readonly memberId: MemberId;
	readonly endpoint: string;
	readonly keys: { readonly p256dh: string; readonly auth: string };
	readonly createdAt: number;
	readonly disabledAt: number | null;
	readonly disabledReason: string | null;
}
