import { createHmac } from 'node:crypto';
import type { Kernel, Trx } from '../../../core/db';
import type { SignalId } from '../../../core/model';
import { createSignals, type IntakeRequest, type SignalKey, type SignalProgress } from '../../../core/signals';
import { runs } from '../../support/runs';

export const TOKEN = 'tok_c0ffee-3b1f-48d2-9a77-5ec2e7';
export const HMAC_SECRET = 'hmac_s3cr3t-71f0-4c1e-b0de-42aa19';

export const KEY: SignalKey = {
	name: 'desk',
	token: TOKEN,
	hmacSecret: HMAC_SECRET,
	scopes: ['submit', 'read', 'fire'],
	cidrs: [],
	trustedProxyHops: 0,
};

/** A good opening signal in the native form. */
export const GOOD = {
	symbol: 'BTC/USDT',
	side: 'buy',
	confidence: 92,
	stop_loss: 59800,
	take_profit: [{ price: 61500, share: 1 }],
};

type Overrides = Partial<IntakeRequest>;

/** A POST with these bytes or this JSON, under the bearer token unless `headers` say otherwise. */
export function post(body: unknown, overrides: Overrides = {}): IntakeRequest {
	const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
	return {
		method: 'POST',
		path: '/webhook/firecontrol/signal',
		query: {},
		headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
		rawBody: Buffer.from(raw),
		remoteAddress: '127.0.0.1',
		...overrides,
	};
}

export function signatureOf(text: Uint8Array | string, at: number, secret = HMAC_SECRET): string {
	const time = Math.floor(at / 1000);
	const mac = createHmac('sha256', secret).update(`${time}.`).update(text).digest('hex');
	return `t=${time},v1=${mac}`;
}

/** A POST signed at `at` (ms). */
export function signed(body: unknown, at: number, secret = HMAC_SECRET): IntakeRequest {
	const request = post(body);
	const signature = signatureOf(request.rawBody, at, secret);
	return { ...request, headers: { 'x-firecontrol-signature': signature } };
}

/** A higher feature that knows what the test tells it. */
export class KnownProgress implements SignalProgress {
	readonly judgedIds = new Set<SignalId>();
	readonly finishedIds = new Set<SignalId>();

	async judged(_trx: Trx, ids: readonly SignalId[]): Promise<ReadonlySet<SignalId>> {
		return new Set(ids.filter((id) => this.judgedIds.has(id)));
	}

	async finished(_trx: Trx, ids: readonly SignalId[]): Promise<ReadonlySet<SignalId>> {
		return new Set(ids.filter((id) => this.finishedIds.has(id)));
	}
}

export function signalsOf(kernel: Kernel, progress = new KnownProgress()) {
	return createSignals(kernel, progress);
}

/** Number of signals stored. */
export async function countSignals(kernel: Kernel): Promise<number> {
	const rows = await kernel.conn('signals').count({ count: '*' });
	return Number(rows[0]?.count);
}

/** Everything in every table of the database, as text. */
export async function dump(kernel: Kernel): Promise<string> {
	const tables: { name: string }[] =
		kernel.pool.dialect === 'sqlite'
			? await kernel.conn('sqlite_master').select('name').where({ type: 'table' })
			: await kernel.conn('pg_tables').select({ name: 'tablename' }).where({ schemaname: 'public' });
	const rows = await Promise.all(tables.map(async ({ name }) => kernel.conn(name).select()));
	return JSON.stringify(rows);
}

/** How many random runs: few by default, all in the deep test. */
export const RUNS = runs(100);
