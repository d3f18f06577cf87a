import type { Conn, Trx } from '../db';
import type { ChannelName } from './notification';

/** Settings of a channel as stored. */
export interface ChannelRow {
	channel: ChannelName;
	fingerprint: string;
	sealed: string;
	updated_at: number;
}

/** The channel's sealed settings; null when it has none. */
export async function findChannel(conn: Conn, channel: ChannelName): Promise<ChannelRow | null> {
	return (await conn<ChannelRow>('channel_settings').where({ channel }).first()) ?? null;
}

/** All channels that have settings. */
export async function listChannels(conn: Conn): Promise<ChannelRow[]> {
	return conn<ChannelRow>('channel_settings').orderBy('channel');
}

/** Replaces the channel's settings. */
export async function writeChannel(trx: Trx, row: ChannelRow): Promise<void> {
	await trx<ChannelRow>('channel_settings').insert(row).onConflict('channel').merge();
}

/** Stores settings unless the channel has some; says whether it did. */
export async function insertChannel(trx: Trx, row: ChannelRow): Promise<boolean> {
	const rows = await trx<ChannelRow>('channel_settings')
		.insert(row)
		.onConflict('channel')
		.ignore()
		.returning('channel');
	return rows.length > 0;
}

/** Removes the channel's settings; says whether it had some. */
export async function deleteChannel(trx: Trx, channel: ChannelName): Promise<boolean> {
	return (await trx<ChannelRow>('channel_settings').where({ channel }).delete()) === 1;
}

/**
 * The channel's settings, its row locked until the transaction ends: claims of one channel go one
 * after the other. Null when the channel has none.
 */
export async function lockChannel(trx: Trx, channel: ChannelName): Promise<ChannelRow | null> {
	const row = await trx<ChannelRow>('channel_settings').where({ channel }).forUpdate().first();
	return row ?? null;
}
