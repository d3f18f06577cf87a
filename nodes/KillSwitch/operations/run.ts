import type { IExecuteFunctions } from 'n8n-workflow';
import { isRefused, refuse, stopPageUrl, type Core, type Refused, type Stopped } from '../../../core';
import { timeOf } from '../../shared/items';
import type { RunKind } from '../../shared/manualRun';
import type { OutputItem } from '../../shared/runItems';
import { webhookBase } from '../../shared/webhookUrl';
import type { KillSwitchCommand, Target } from '../KillSwitch.params';
import { drill, drillReports } from './drill';
import { actedItem, asksItem, done, refusedItem, statusJson } from './outputs';

type Of<K extends KillSwitchCommand['kind']> = Extract<KillSwitchCommand, { readonly kind: K }>;

/** By hand in the editor nothing is closed, and nothing goes on, where real money is. */
async function refuseByHand(core: Core, { manualRun, allowLive }: RunKind, target: Target): Promise<Refused | null> {
	if (!manualRun || allowLive) return null;
	return (await core.emergency.reachesReal(target)) ? refuse('MANUAL_RUN_LIVE') : null;
}

async function stopped(core: Core, result: Stopped): Promise<OutputItem> {
	const status = await core.emergency.describe(result.trip.id);
	return actedItem(status ?? { trip: result.trip, flattening: null, rearmFrom: null }, result);
}

async function trip(core: Core, { kind: _, run, ...command }: Of<'trip'>): Promise<OutputItem> {
	const refused = command.state === 'FLATTENING' ? await refuseByHand(core, run, command) : null;
	if (refused !== null) return refusedItem(refused);
	const result = await core.emergency.trip(command);
	if (isRefused(result)) return refusedItem(result);
	return result.kind === 'asks' ? asksItem(result) : stopped(core, result);
}

async function confirm(core: Core, { run, id, phrase, by, actor }: Of<'confirm'>): Promise<OutputItem> {
	const target = await core.emergency.pending(id);
	const byHand = target === null ? null : await refuseByHand(core, run, target);
	if (byHand !== null) return refusedItem(byHand);
	const result = await core.emergency.confirm({ id, phrase, by, actor });
	if (isRefused(result)) return refusedItem(result);
	if (result.kind === 'stopped') return stopped(core, result);
	const status = await core.emergency.describe(result.trip.id);
	return actedItem(status ?? { trip: result.trip, flattening: null, rearmFrom: null });
}

async function releaseAccount(core: Core, { kind: _, ...command }: Of<'releaseAccount'>): Promise<OutputItem> {
	const result = await core.emergency.releaseAccount(command);
	if (isRefused(result)) return refusedItem(result);
	const found = await core.emergency.describe(result.tripId);
	if (found === null) return refusedItem(refuse('TRIP_NOT_FOUND', { id: result.tripId }));
	return actedItem(found, { already: result.already, impact: null });
}

async function status(core: Core, { tripId, accountId }: Of<'status'>): Promise<OutputItem> {
	if (tripId !== null) {
		const found = await core.emergency.describe(tripId);
		if (found === null) return refusedItem(refuse('TRIP_NOT_FOUND', { id: tripId }));
		const open = found.trip.clearedAt === null;
		const state = open ? found.trip.state : 'ACTIVE';
		return done(statusJson({ state, strictest: state, trips: [found] }));
	}
	const found =
		accountId === null
			? await core.emergency.status(null)
			: await core.emergency.statusOfAccount(accountId);
	if (found === null) return refusedItem(refuse('ACCOUNT_UNKNOWN', { id: accountId }));
	return done(statusJson(found));
}

async function stopLinks(
	ctx: IExecuteFunctions,
	core: Core,
	{ kind: _, webhookUrl, ...wish }: Of<'stopLinks'>,
): Promise<OutputItem> {
	const made = await core.emergency.makeStopLinks(wish);
	if (isRefused(made)) return refusedItem(made);
	const base = webhookBase(ctx, webhookUrl);
	const links = made.map(({ state, token, expiresAt }) => ({
		state,
		url: stopPageUrl(base, token),
		expires_at: timeOf(expiresAt),
	}));
	const urlOf = (wanted: string): string | null => links.find(({ state }) => state === wanted)?.url ?? null;
	return done({
		member_id: wish.memberId,
		scope: wish.scope,
		scope_id: wish.scopeId,
		symbol: wish.symbol,
		pause_url: urlOf('PAUSED'),
		reduce_url: urlOf('REDUCING'),
		flatten_url: urlOf('FLATTENING'),
		links,
	});
}

/** One item of the node. */
export async function run(
	ctx: IExecuteFunctions,
	core: Core,
	command: KillSwitchCommand,
): Promise<OutputItem> {
	switch (command.kind) {
		case 'trip':
			return trip(core, command);
		case 'confirm':
			return confirm(core, command);
		case 'status':
			return status(core, command);
		case 'stopLinks':
			return stopLinks(ctx, core, command);
		case 'drill':
			return drill(core, command.actor);
		case 'drillReports':
			return drillReports(core, command.limit);
		case 'releaseAccount':
			return releaseAccount(core, command);
		case 'requestRearm': {
			const result = await core.emergency.requestRearm(command);
			return isRefused(result) ? refusedItem(result) : asksItem(result);
		}
	}
}
