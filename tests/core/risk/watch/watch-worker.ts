import { setTimeout as sleep } from 'node:timers/promises';
import { assembleCore, type Core } from '../../../../core/core';
import { createKernel, openPool, type DatabaseConfig } from '../../../../core/db';
import { decimal } from '../../../../core/model';
import { serve } from '../../../support/processes';

/** What the test asks of this process. */
export interface WatchQuestion {
	readonly config: DatabaseConfig;
	/** Null: only get ready. */
	readonly job: {
		readonly what: 'look' | 'tick';
		readonly count: number;
		/** When to begin, so that two processes begin together. */
		readonly at: number;
		/** Price of every symbol. */
		readonly price: number;
	} | null;
}

const prices = { now: 1 };
const cores = new Map<string, Core>();

function coreOf(config: DatabaseConfig): Core {
	const key = JSON.stringify(config);
	const known = cores.get(key);
	if (known !== undefined) return known;
	const core = assembleCore(createKernel(openPool(config), { sealingKey: new Uint8Array(32) }), {
		quotes: {
			quote: async (_, symbol) => {
				const price = decimal(prices.now);
				return { symbol, bid: price, ask: price, at: Date.now() };
			},
		},
	});
	cores.set(key, core);
	return core;
}

serve(async ({ config, job }: WatchQuestion): Promise<true> => {
	const core = coreOf(config);
	if (job === null) return true;
	prices.now = job.price;
	await sleep(Math.max(0, job.at - Date.now()));
	for (let index = 0; index < job.count; index++) {
		if (job.what === 'look') await core.riskWatch.look();
		else await core.engine.tick();
		await sleep(job.what === 'look' ? 200 : 500);
	}
	return true;
});
