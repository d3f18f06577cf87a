import {
	assertGuarded, bracketLife, live, second, settled, snapshot, whole, type BracketEnd, type LifeStep,
	type Stage,
} from '../../../support/bracket-life';
import { describeDatabases } from '../../../support/databases';
import { deadline, runs } from '../../../support/runs';
import { openTrading } from '../../../support/trading';

const SETTLES_AFTER = 75;

async function begin(open: () => Promise<Parameters<typeof openTrading>[0]>): Promise<Stage> {
	const trading = await openTrading(await open(), { capabilities: { restingStop: true } });
	return { trading, process: trading };
}

/** Runs a step; where the process dies in it, another takes over. @returns whether it died */
async function survive(stage: Stage, step: LifeStep): Promise<boolean> {
	const { process } = stage;
	const died = await Promise.race([
		live(stage, step).then(() => false),
		process.venue.crashed.then(() => true),
	]);
	if (died) stage.process = stage.trading.restart();
	return died;
}

async function lived(stage: Stage, end: BracketEnd): Promise<number> {
	let deaths = 0;
	for (const step of bracketLife(end)) {
		if (!(await survive(stage, step))) {
			await assertGuarded(stage.trading, stage.process);
			continue;
		}
		deaths++;
		await assertGuarded(stage.trading, stage.process);
		await second(stage, SETTLES_AFTER);
		await assertGuarded(stage.trading, stage.process);
		await whole(stage);
		await restartsChangeNothing(stage);
		// What the dead process was about to do is done now, if it still makes sense.
		await live(stage, step);
		await whole(stage);
	}
	return deaths;
}

/** A second restart finds everything in order: it asks, and changes nothing. */
async function restartsChangeNothing(stage: Stage): Promise<void> {
	const before = await snapshot(stage.process);
	stage.process = stage.trading.restart();
	await second(stage, 3);
	await stage.process.orders.auditStops();
	expect(await snapshot(stage.process)).toEqual(before);
	const { arrived } = stage.process.venue;
	expect(arrived.filter(({ call }) => call === 'submit' || call === 'cancel')).toEqual([]);
}

describeDatabases('a bracket whose process dies', (open, dialect) => {
	test.each<BracketEnd>(['stop', 'close'])('lives without a crash to its end by %s', async (end) => {
		const stage = await begin(open);
		expect(await lived(stage, end)).toBe(0);
		await settled(stage);
		await restartsChangeNothing(stage);
	});

	// Each call of the venue in the life of the bracket; every so many in a usual run.
	const every = runs(0) > 0 ? 1 : dialect === 'sqlite' ? 3 : 11;
	test.each<[BracketEnd, 'before' | 'after']>([
		['stop', 'before'], ['stop', 'after'], ['close', 'before'], ['close', 'after'],
	])('at every call of the venue (end by %s, %s): stop and targets survive', async (end, when) => {
		const calm = await begin(open);
		await lived(calm, end);
		const total = calm.process.venue.calls;
		expect(total).toBeGreaterThan(20);
		let deaths = 0;
		const first = (end.length + when.length) % every;
		for (let call = first; call < total; call += every) {
			const stage = await begin(open);
			stage.process.venue.crashAt(call, when);
			try {
				deaths += await lived(stage, end);
				await settled(stage);
			} catch (error) {
				throw new Error(`crash ${when} call ${call}`, { cause: error });
			}
		}
		expect(deaths).toBeGreaterThan(total / every / 2);
	}, deadline(240_000));
});

