import type { Core } from './core';
import { PAPER_VENUE } from './exchange';
import { messageOf, SECOND } from './model';

/** Whether alerts can become orders. */
export interface Readiness {
	/** The schema is there: the core could not have opened otherwise. */
	readonly migrated: boolean;
	/** Age of the engine's last sign of life in ms; null when it never gave one. */
	readonly engineHeartbeatAgeMs: number | null;
	/** The demo market has a quote that the gate would take. */
	readonly quotesFresh: boolean;
}

const PROBE = 'BTC/USDT';

async function quotesFresh({ kernel, exchanges }: Core): Promise<boolean> {
	try {
		const quote = await exchanges.quotes.quote(PAPER_VENUE, PROBE);
		const limit = kernel.rules.policy.risk.quoteFreshSeconds * SECOND;
		return quote !== null && kernel.clock.now() - quote.at <= limit;
	} catch (error) {
		kernel.log.warn('Quotes could not be read.', { error: messageOf(error) });
		return false;
	}
}

/** How ready this installation is; for `npm start`, health checks and the pump's first wait. */
export async function readiness(core: Core): Promise<Readiness> {
	const { ageMs } = await core.engine.health();
	return {
		migrated: true,
		engineHeartbeatAgeMs: ageMs,
		quotesFresh: await quotesFresh(core),
	};
}
