import { parseStored } from '../model';
import type { Conn, Trx } from './open';

interface SettingRow {
	name: string;
	value: string;
	updated_at: number;
}

/** A value of the installation (active policy, demo seed, VAPID keys), or null. */
export async function readSetting<T>(conn: Conn, name: string): Promise<T | null> {
	const row = await conn<SettingRow>('settings').where({ name }).first();
	return row === undefined ? null : parseStored<T>(row.value);
}

/** The same, locked until the transaction ends. */
export async function lockSetting<T>(trx: Trx, name: string): Promise<T | null> {
	const row = await trx<SettingRow>('settings').where({ name }).forUpdate().first();
	return row === undefined ? null : parseStored<T>(row.value);
}

export async function writeSetting(
	conn: Conn,
	name: string,
	value: unknown,
	now: number,
): Promise<void> {
	const row = { name, value: JSON.stringify(value), updated_at: now };
	await conn<SettingRow>('settings').insert(row).onConflict('name').merge();
}

/** Writes the value unless there is one already; returns the one that is there. */
export async function settleSetting<T>(
	conn: Conn,
	name: string,
	value: T,
	now: number,
): Promise<T> {
	const row = { name, value: JSON.stringify(value), updated_at: now };
	await conn<SettingRow>('settings').insert(row).onConflict('name').ignore();
	return (await readSetting<T>(conn, name)) ?? value;
}
