import type { Conn, Trx } from '../db';
import type { MemberId } from '../model';
import type { PushSubscription } from './member';
import { toSubscription, type SubscriptionRow } from './members.table';

/** Stores the subscription; one with the same endpoint is taken over and lives again. */
export async function saveSubscription(trx: Trx, subscription: PushSubscription): Promise<void> {
	await trx<SubscriptionRow>('push_subscriptions')
		.insert({
			id: subscription.id,
			member_id: subscription.memberId,
			endpoint: subscription.endpoint,
			p256dh: subscription.keys.p256dh,
			auth: subscription.keys.auth,
			created_at: subscription.createdAt,
			disabled_at: null,
			disabled_reason: null,
		})
		.onConflict('endpoint')
		.merge(['member_id', 'p256dh', 'auth', 'disabled_at', 'disabled_reason']);
}

export async function findSubscription(
	conn: Conn,
	endpoint: string,
): Promise<PushSubscription | null> {
	const row = await conn<SubscriptionRow>('push_subscriptions').where({ endpoint }).first();
	return row === undefined ? null : toSubscription(row);
}

/** Switches a living subscription off; says whether there was one. */
export async function disableSubscription(
	conn: Conn,
	endpoint: string,
	reason: string,
	now: number,
): Promise<boolean> {
	const count = await conn<SubscriptionRow>('push_subscriptions')
		.where({ endpoint })
		.whereNull('disabled_at')
		.update({ disabled_at: now, disabled_reason: reason });
	return count > 0;
}

/** Living subscriptions of the member, oldest first. */
export async function livingSubscriptions(
	conn: Conn,
	memberId: MemberId,
): Promise<PushSubscription[]> {
	const rows = await conn<SubscriptionRow>('push_subscriptions')
		.where({ member_id: memberId })
		.whereNull('disabled_at')
		.orderBy(['created_at', 'id']);
	return rows.map(toSubscription);
}
