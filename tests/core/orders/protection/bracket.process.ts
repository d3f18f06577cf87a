import { createKernel, openPool, type DatabaseConfig } from '../../../../core/db';
import { ManualClock, type AccountId, type MemberId } from '../../../../core/model';
import { bracketLife, live, type BracketEnd, type Stage } from '../../../support/bracket-life';
import { committed, countCommits, killAfterCommits } from '../../../support/kill-at';
import { serve } from '../../../support/processes';
import { openTrading } from '../../../support/trading';

export interface LifeQuestion {
	readonly config: DatabaseConfig;
	readonly existing: { readonly memberId: MemberId; readonly accountId: AccountId };
	readonly end: BracketEnd;
	/** Number of the step to do. */
	readonly step: number;
	readonly at: number;
	/** Commits after which this process dies; null: it lives. */
	readonly dieAfter: number | null;
}

export interface LifeAnswer {
	readonly at: number;
	readonly commits: number;
}

countCommits();
const clock = new ManualClock(0);
let stage: Promise<Stage> | null = null;

async function open({ config, existing, at, dieAfter }: LifeQuestion): Promise<Stage> {
	clock.set(at);
	const pool = openPool(config);
	const trading = await openTrading(
		{
			dialect: 'sqlite', config, pool, clock,
			kernel: (options = {}) => createKernel(pool, { clock, ...options }),
			close: async () => {},
		},
		{ capabilities: { restingStop: true }, existing },
	);
	if (dieAfter !== null) killAfterCommits(dieAfter);
	return { trading, process: trading };
}

/** Lives a bracket step by step, in a process that can be killed. */
serve<LifeQuestion, LifeAnswer>(async (question) => {
	stage ??= open(question);
	const step = bracketLife(question.end)[question.step];
	if (step === undefined) throw new Error('no such step');
	await live(await stage, step);
	return { at: clock.now(), commits: committed() };
});
