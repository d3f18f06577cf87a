import type { IExecuteFunctions } from 'n8n-workflow';
import { asRecord, PAPER_FAULT_PROFILES, type MemberInput } from '../../core';
import { readText } from '../shared/params';

type PaperAccount = NonNullable<MemberInput['paperAccount']>;

/** What a new paper account has unless the node says otherwise. */
const NEW = { model: 'realistic' } as const;
/** Parts of the random refusals, as in the policy: 1.0, 0.4, 0.2 and 0.4 of 2. */
const REFUSALS = { rms: 0.5, circuit: 0.2, exchangeDown: 0.1, priceRange: 0.2 } as const;

function refusals(percent: unknown): object {
	if (percent === undefined) return {};
	const share = (part: number): number => Number((Number(percent) * part).toFixed(4));
	const rejectPercents = {
		rms: share(REFUSALS.rms),
		circuit: share(REFUSALS.circuit),
		exchangeDown: share(REFUSALS.exchangeDown),
		priceRange: share(REFUSALS.priceRange),
	};
	return { rejectPercents };
}

/** An unknown name is passed on, so that the core names the fault. */
function faults(name: unknown): object {
	if (name === undefined) return {};
	const known = Object.entries(PAPER_FAULT_PROFILES).find(([each]) => each === name);
	return { faults: known === undefined ? name : [...known[1]] };
}

/** What was chosen; nothing of it where nothing was. The values are checked by the core. */
function simulationOf(given: Readonly<Record<string, unknown>>): object | undefined {
	const { model, seed, feePercent, slippageFactor, refusalPercent, faultProfile } = given;
	const profile = {
		...(feePercent === undefined ? {} : { feePercent }),
		...(slippageFactor === undefined ? {} : { slippageFactor }),
		...refusals(refusalPercent),
		...faults(faultProfile),
	};
	const simulation = {
		...(model === undefined ? {} : { model }),
		...(seed === undefined ? {} : { seed }),
		...(Object.keys(profile).length === 0 ? {} : { profile }),
	};
	return Object.keys(simulation).length === 0 ? undefined : simulation;
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** The paper account that the member shall have, or null for none. */
export function readPaperAccount(ctx: IExecuteFunctions, itemIndex: number): PaperAccount | null {
	if (ctx.getNodeParameter('paperAccount', itemIndex, true) !== true) return null;
	const given = asRecord(ctx.getNodeParameter('paperOptions', itemIndex, {})) ?? {};
	const balance = readText(ctx, 'startBalance', itemIndex);
	const label = text(given['label']);
	const quoteSource = text(given['quoteSource']);
	const simulation = simulationOf(given);
	return {
		...(balance === '' ? {} : { balance }),
		...(label === '' ? {} : { label }),
		...(quoteSource === '' ? {} : { quoteSource }),
		...(simulation === undefined ? {} : { simulation }),
		simulationIfNew: NEW,
	};
}
