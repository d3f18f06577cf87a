import { createEmergency } from '../../../../core/emergency';
import { createKernel, openPool, type DatabaseConfig } from '../../../../core/db';
import { ManualClock, SECOND, type AccountId, type MemberId } from '../../../../core/model';
import { committed, countCommits, killAfterCommits } from '../../../support/kill-at';
import { serve } from '../../../support/processes';
import { openTrading } from '../../../support/trading';

export interface FlattenQuestion {
	readonly config: DatabaseConfig;
	readonly existing: { readonly memberId: MemberId; readonly accountId: AccountId };
	readonly at: number;
	/** Commits after which this process dies; null: it lives. */
	readonly dieAfter: number | null;
}

export interface FlattenAnswer {
	readonly commits: number;
}

countCommits();

/** Carries out the stops that are open, in a process that can be killed at any commit. */
serve<FlattenQuestion, FlattenAnswer>(async ({ config, existing, at, dieAfter }) => {
	const clock = new ManualClock(at);
	const pool = openPool(config);
	const trading = await openTrading(
		{
			dialect: 'sqlite', config, pool, clock,
			kernel: (options = {}) => createKernel(pool, { clock, ...options }),
			close: async () => {},
		},
		{ capabilities: { restingStop: true }, existing },
	);
	const { kernel, orders, exchanges } = trading;
	const emergency = createEmergency({ kernel, orders, exchanges });
	const before = committed();
	if (dieAfter !== null) killAfterCommits(dieAfter);
	for (let second = 0; second < 5; second++) {
		await emergency.flattenStep();
		await orders.watch();
		clock.advance(SECOND);
	}
	return { commits: committed() - before };
});
