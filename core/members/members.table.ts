import {
	parseStored,
	type EntitlementId,
	type FireMode,
	type MemberId,
	type SubscriptionId,
	type Tier,
} from '../model';
import {
	ALL_CHANNELS_ON,
	type Entitlement,
	type Member,
	type MemberChannels,
	type PushSubscription,
} from './member';

/** Columns of `members`. */
export interface MemberRow {
	id: MemberId;
	handle: string;
	display_name: string;
	zone: string;
	status: Member['status'];
	fire_mode: FireMode;
	auto_slots: number;
	email: string | null;
	telegram_chat_id: string | null;
	phone: string | null;
	channels: string;
	created_at: number;
	updated_at: number;
}

/** Columns of `entitlements`. */
export interface EntitlementRow {
	id: EntitlementId;
	member_id: MemberId;
	tier: Tier;
	from_at: number;
	until_at: number | null;
	source: string;
	created_at: number;
}

/** Columns of `push_subscriptions`. */
export interface SubscriptionRow {
	id: SubscriptionId;
	member_id: MemberId;
	endpoint: string;
	p256dh: string;
	auth: string;
	created_at: number;
	disabled_at: number | null;
	disabled_reason: string | null;
}

export function toMember(row: MemberRow): Member {
	return {
		id: row.id,
		handle: row.handle,
		displayName: row.display_name,
		zone: row.zone,
		status: row.status,
		fireMode: row.fire_mode,
		autoSlots: row.auto_slots,
		email: row.email,
		telegramChatId: row.telegram_chat_id,
		phone: row.phone,
		channels: { ...ALL_CHANNELS_ON, ...parseStored<Partial<MemberChannels>>(row.channels) },
		createdAt: row.created_at,
		updatedAt: row.updated_at,
	};
}

export function toMemberRow(member: Member): MemberRow {
	return {
		id: member.id,
		handle: member.handle,
		display_name: member.displayName,
		zone: member.zone,
		status: member.status,
		fire_mode: member.fireMode,
		auto_slots: member.autoSlots,
		email: member.email,
		telegram_chat_id: member.telegramChatId,
		phone: member.phone,
		channels: JSON.stringify(member.channels),
		created_at: member.createdAt,
		updated_at: member.updatedAt,
	};
}

export function toEntitlement(row: EntitlementRow): Entitlement {
	return {
		id: row.id,
		memberId: row.member_id,
		tier: row.tier,
		from: row.from_at,
		until: row.until_at,
		source: row.source,
		createdAt: row.created_at,
	};
}

export function toSubscription(row: SubscriptionRow): PushSubscription {
	return {
		id: row.id,
		memberId: row.member_id,
		endpoint: row.endpoint,
		keys: { p256dh: row.p256dh, auth: row.auth },
		createdAt: row.created_at,
		disabledAt: row.disabled_at,
		disabledReason: row.disabled_reason,
	};
}
