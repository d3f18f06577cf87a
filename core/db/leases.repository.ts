import type { LeaseHolder } from '../model';
import type { Trx } from './open';

interface LeaseRow {
	name: string;
	holder: string;
	token: number;
	expires_at: number;
}

/** Proof of holding a lease: a later holder has a greater token (fencing). */
export interface Lease {
	readonly name: string;
	readonly token: number;
	readonly expiresAt: number;
}

/**
 * Takes or renews the lease `name` until `now + milliseconds`; null while another holds it.
 * The token grows by one with every change of holder and stays the same on renewal.
 */
export async function takeLease(
	trx: Trx,
	name: string,
	holder: LeaseHolder,
	now: number,
	milliseconds: number,
): Promise<Lease | null> {
	const expiresAt = now + milliseconds;
	await trx<LeaseRow>('leases')
		.insert({ name, holder, token: 0, expires_at: 0 })
		.onConflict('name')
		.ignore();
	const row = await trx<LeaseRow>('leases').where({ name }).forUpdate().first();
	if (row === undefined) return null;
	const fresh = row.expires_at > now;
	if (fresh && row.holder !== holder) return null;
	const token = fresh ? row.token : row.token + 1;
	await trx<LeaseRow>('leases').where({ name }).update({ holder, token, expires_at: expiresAt });
	return { name, token, expiresAt };
}

/** Whether the lease is still ours under the same token; read it in the transaction that acts. */
export async function holdsLease(trx: Trx, lease: Lease, now: number): Promise<boolean> {
	const row = await trx<LeaseRow>('leases').where({ name: lease.name }).first();
	return row !== undefined && row.token === lease.token && row.expires_at > now;
}

export async function releaseLease(trx: Trx, lease: Lease): Promise<void> {
	await trx<LeaseRow>('leases')
		.where({ name: lease.name, token: lease.token })
		.update({ expires_at: 0 });
}
