import type { Conn } from './open';

/** Last sign of life of a job, of the engine as a whole (`engine`) or of an account. */
export interface Heartbeat {
	readonly name: string;
	readonly at: number;
	readonly state: 'ok' | 'failing';
	readonly detail: string | null;
}

export async function beat(conn: Conn, heartbeat: Heartbeat): Promise<void> {
	await conn<Heartbeat>('heartbeats').insert(heartbeat).onConflict('name').merge();
}

export async function readHeartbeat(conn: Conn, name: string): Promise<Heartbeat | null> {
	return (await conn<Heartbeat>('heartbeats').where({ name }).first()) ?? null;
}

export async function listHeartbeats(conn: Conn): Promise<Heartbeat[]> {
	return conn<Heartbeat>('heartbeats').select().orderBy('name');
}
