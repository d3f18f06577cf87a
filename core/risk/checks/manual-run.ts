import type { CheckResult } from '../risk';
import type { AccountFacts, RiskSnapshot } from '../snapshot';
import { block, pass } from './check';

const NAME = 'manual_run';

/** Pressing "Execute step" in the editor must not trade real money. */
export function manualRun(facts: {
	readonly run: RiskSnapshot['run'];
	readonly account: Pick<AccountFacts, 'kind'>;
}): CheckResult {
	const { run, account } = facts;
	const onlyPaper = run.manual && !run.allowLive;
	const finding = { limit: onlyPaper ? 'paper' : 'any', observed: account.kind };
	return onlyPaper && account.kind !== 'paper'
		? block(NAME, 'MANUAL_RUN_LIVE', finding)
		: pass(NAME, finding);
}
