import { setTimeout as sleep } from 'node:timers/promises';
import { createKernel, openPool, type DatabaseConfig } from '../../../../core/db';
import { ManualClock } from '../../../../core/model';
import { createBehaviour, type Behaviour } from '../../../../core/risk';
import { serve } from '../../../support/processes';

/** What the test asks of this process; without `at` it only gets ready. */
export interface GuardQuestion {
	readonly config: DatabaseConfig;
	/** The moment of the database's clock. */
	readonly now: number;
	/** When to begin, so that two processes begin together. */
	readonly at: number | null;
	/** Whom to look at besides what the engine's job does. */
	readonly handles: readonly string[];
	readonly lockUntil: number | null;
}

const processes = new Map<string, { readonly behaviour: Behaviour; readonly clock: ManualClock }>();

function processOn(config: DatabaseConfig, now: number) {
	const key = JSON.stringify(config);
	const known = processes.get(key);
	if (known !== undefined) return known;
	const clock = new ManualClock(now);
	const made = { behaviour: createBehaviour(createKernel(openPool(config), { clock })), clock };
	processes.set(key, made);
	return made;
}

serve(async ({ config, now, at, handles, lockUntil }: GuardQuestion): Promise<string[]> => {
	const { behaviour, clock } = processOn(config, now);
	if (at === null) return [];
	clock.set(now);
	await sleep(Math.max(0, at - Date.now()));
	const phrase = 'LOCK ME OUT';
	if (lockUntil !== null) {
		const locks = handles.map(async (handle) => behaviour.lockOut(handle, { until: lockUntil, phrase, actor: 'x' }));
		return (await Promise.all(locks)).map(({ kind }) => kind);
	}
	const [views] = await Promise.all([
		Promise.all(handles.map(async (handle) => behaviour.view(handle))),
		behaviour.foldDue(),
		behaviour.foldDue(),
	]);
	return views.map(({ member }) => `${member.tilt.level} ${member.memberLosses.inARow}`);
});
