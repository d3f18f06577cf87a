import { join } from 'node:path';
import { SECOND } from '../../../../core/model';
import {
	assertGuarded, bracketLife, live, second, settled, snapshot, whole, type BracketEnd, type Stage,
} from '../../../support/bracket-life';
import { openTestDatabase, type TestDatabase } from '../../../support/databases';
import { startProcess } from '../../../support/processes';
import { deadline, runs } from '../../../support/runs';
import { openTrading } from '../../../support/trading';
import type { LifeAnswer, LifeQuestion } from './bracket.process';

const FILE = join(__dirname, 'bracket.process.ts');
/** Longer than any step lasts, so that time never runs back after a death. */
const STEP_MAX_MS = 30 * SECOND;
const SETTLES_AFTER = 75;

interface Life {
	readonly stage: Stage;
	/** Steps that the process did before it died. */
	readonly done: number;
	readonly commits: number;
}

/** Lives a bracket in a process of its own, which dies after so many commits. */
async function liveAndDie(database: TestDatabase, end: BracketEnd, dieAfter: number | null): Promise<Life> {
	const trading = await openTrading(database, { capabilities: { restingStop: true } });
	const { memberId, accountId } = trading;
	const child = startProcess<LifeQuestion, LifeAnswer>(FILE);
	let commits = 0;
	let done = 0;
	try {
		for (const [step] of bracketLife(end).entries()) {
			const answer = await child.ask({
				config: database.config, existing: { memberId, accountId }, end, step,
				at: database.clock.now(), dieAfter,
			});
			database.clock.set(answer.at);
			commits = answer.commits;
			done = step + 1;
		}
	} catch {
		database.clock.advance(STEP_MAX_MS);
	} finally {
		await child.kill();
	}
	return { stage: { trading, process: trading.restart() }, done, commits };
}

/** Two restarts after a death: the first puts everything in order, the second finds it so. */
async function recover({ stage, done }: Life, end: BracketEnd): Promise<void> {
	const { trading } = stage;
	const died = bracketLife(end)[done];
	if (died !== undefined) trading.quotes.set('BTC/USDT', died.price);
	await assertGuarded(trading, stage.process);
	await second(stage, SETTLES_AFTER);
	await stage.process.orders.auditStops();
	await assertGuarded(trading, stage.process);
	await whole(stage);
	const before = await snapshot(stage.process);
	stage.process = trading.restart();
	await second(stage, 3);
	await stage.process.orders.auditStops();
	expect(await snapshot(stage.process)).toEqual(before);
	for (const step of bracketLife(end).slice(done)) {
		await live(stage, step);
		await assertGuarded(trading, stage.process);
	}
	await settled(stage);
}

describe('a bracket whose process is killed (SIGKILL)', () => {
	// Every so many commits of the life, each time one further on; all of them in a deep run.
	const every = runs(0) > 0 ? 1 : 9;

	test.each<BracketEnd>(['stop', 'close'])('at any of its commits, end by %s: stop and targets survive', async (end) => {
		const calm = await openTestDatabase('sqlite');
		const { commits, stage } = await liveAndDie(calm, end, null);
		await settled(stage);
		await calm.close();
		expect(commits).toBeGreaterThan(30);
		const first = end === 'stop' ? 1 : Math.min(5, every);
		for (let dieAfter = first; dieAfter < commits; dieAfter += every) {
			const database = await openTestDatabase('sqlite');
			try {
				const life = await liveAndDie(database, end, dieAfter);
				expect(life.done).toBeLessThan(bracketLife(end).length);
				await recover(life, end);
			} catch (error) {
				throw new Error(`killed after commit ${dieAfter} of ${commits}`, { cause: error });
			} finally {
				await database.close();
			}
		}
	}, deadline(600_000));
});
