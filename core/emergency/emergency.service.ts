import type { Kernel } from '../db';
import { isRefused, MINUTE, type AccountId, type ConfirmationId, type Refused, type TripId } from '../model';
import { findTrip, type TradingSubject } from '../safety';
import { findConfirmation } from './confirmations.repository';
import type {
	Acting, AsksToFlatten, AsksToRearm, EmergencyStatus, Impact, Rearmed, Released, Stopped, StopTarget,
	TripStatus,
} from './emergency';
import type { EmergencyDeps } from './flatten/deps';
import { createFlattener, type FlattenReport } from './flatten/flatten.service';
import { reachesReal, readImpact } from './impact';
import {
	makeStopLinks, pressStopLink, viewStopLink, type MadeStopLink, type StopLinksWish,
} from './links/links.service';
import { stopLinkPage, type Page } from './links/page';
import { forgetStopLinks } from './links/stop-links.repository';
import { confirmRearm, requestRearm, type RearmConfirmation, type RearmRequest } from './rearm.service';
import { releaseAccount, type ReleaseCommand } from './release.service';
import { statusOf, statusOfAccount, tripStatus } from './status.service';
import { confirmStop, stop, type StopCommand } from './stop.service';
import { withUnifiedSymbol } from './symbols';

/** Expired links are kept this long, so that an old message says what became of them. */
const KEEP_LINKS_MS = 30 * 24 * 60 * MINUTE;

/** Stopping, flattening, going on: by people, and as stored stops ask for it. */
export interface Emergency {
	/** Stops; flattening asks once, unless it comes with the phrase. */
	trip(command: StopCommand): Promise<Stopped | AsksToFlatten | Refused>;
	/** What flattening would do now. */
	impact(target: StopTarget): Promise<Impact>;
	/** Whether a stop concerns accounts that are not paper accounts. */
	reachesReal(target: StopTarget): Promise<boolean>;
	/** What can be confirmed under this id: the trip or the wish it is about; null for nothing. */
	pending(id: ConfirmationId): Promise<StopTarget | null>;
	/** Open stops with their progress: all of them for null, else those that concern the subject. */
	status(subject: TradingSubject | null): Promise<EmergencyStatus>;
	/** The state of an account as a whole, with all that stops it or a symbol of it. */
	statusOfAccount(accountId: AccountId): Promise<EmergencyStatus | null>;
	/** One stop, open or over. */
	describe(tripId: TripId): Promise<TripStatus | null>;
	requestRearm(request: RearmRequest): Promise<AsksToRearm | Refused>;
	confirmRearm(confirmation: RearmConfirmation): Promise<Rearmed | Refused>;
	/** Confirms what was asked for, whichever it is; the phrase counts for going on. */
	confirm(
		confirmation: Acting & { readonly id: ConfirmationId; readonly phrase: string },
	): Promise<Stopped | Rearmed | Refused>;
	/** Takes an account out of a flattening that cannot end on it. */
	releaseAccount(command: ReleaseCommand): Promise<Released | Refused>;
	/** Job: carries out what open stops ask for. */
	flattenStep(): Promise<FlattenReport>;
	makeStopLinks(wish: StopLinksWish): Promise<MadeStopLink[] | Refused>;
	/** The page of a link; looking does nothing. */
	showStopLink(token: string): Promise<Page>;
	/** The press on that page. `confirmation` is '' until it asked for one. */
	pressStopLink(token: string, confirmation: string): Promise<Page>;
	/** Job: forgets links that ended long ago. @returns how many */
	forgetStopLinks(): Promise<number>;
}

export function createEmergency(deps: EmergencyDeps): Emergency {
	const { kernel, exchanges } = deps;
	return {
		trip: async (command) => {
			const wish = await withUnifiedSymbol(kernel.conn, exchanges, command);
			return isRefused(wish) ? wish : stop(kernel, wish);
		},
		impact: async (target) => readImpact(kernel.conn, target, kernel.clock.now()),
		reachesReal: async (target) => reachesReal(kernel.conn, target, kernel.clock.now()),
		pending: async (id) => {
			const stored = await findConfirmation(kernel.conn, id);
			if (stored === null) return null;
			return stored.kind === 'flatten' ? stored.wish : findTrip(kernel.conn, stored.tripId);
		},
		status: async (subject) => statusOf(kernel, subject),
		statusOfAccount: async (accountId) => statusOfAccount(kernel, accountId),
		describe: async (tripId) => tripStatus(kernel, tripId),
		requestRearm: async (request) => requestRearm(kernel, request),
		confirmRearm: async (confirmation) => confirmRearm(kernel, confirmation),
		confirm: async (confirmation) => confirmEither(kernel, confirmation),
		releaseAccount: async (command) => releaseAccount(kernel, command),
		flattenStep: createFlattener(deps),
		makeStopLinks: async (given) => {
			const wish = await withUnifiedSymbol(kernel.conn, exchanges, given);
			return isRefused(wish) ? wish : makeStopLinks(kernel, wish);
		},
		showStopLink: async (token) => stopLinkPage(await viewStopLink(kernel, token), token),
		pressStopLink: async (token, confirmation) =>
			stopLinkPage(await pressStopLink(kernel, token, confirmation), token),
		forgetStopLinks: async () => forgetStopLinks(kernel.conn, kernel.clock.now() - KEEP_LINKS_MS),
	};
}

async function confirmEither(
	kernel: Kernel,
	{ id, phrase, by, actor }: Acting & { readonly id: ConfirmationId; readonly phrase: string },
): Promise<Stopped | Rearmed | Refused> {
	const stored = await findConfirmation(kernel.conn, id);
	if (stored?.kind === 'rearm') return confirmRearm(kernel, { confirmation: id, phrase, by, actor });
	return confirmStop(kernel, id, { by, actor });
}
