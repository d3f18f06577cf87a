import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { listVenues, ORDER_STATES, PAPER_VENUE, type Order, type TermsInput, type Ticket } from '../../core';
import { nodeActor } from '../shared/actor';
import { readTerms } from '../shared/exitPlan';
import { runKind, type RunKind } from '../shared/manualRun';
import {
	readFilterId,
	readId,
	readNumber,
	readOption,
	readRequiredText,
	readText,
	readWord,
} from '../shared/params';
import {
	readOverride, readReadiness, type ReadinessCommand,
} from './OrderTracker.readiness.params';
import {
	readReplace, readSetExitPlan, readTightenStop, type ExitCommand,
} from './OrderTracker.exits.params';
import {
	readIssueParams, readReconcile, type ReconciliationCommand,
} from './OrderTracker.reconciliation.params';

type AccountId = Order['accountId'];

interface Acting {
	readonly actor: string;
	readonly run: RunKind;
}

/** What one item asks of the node. */
export type TrackerCommand =
	| (Acting & {
			readonly kind: 'place';
			readonly ticketId: Ticket['id'];
			readonly terms: TermsInput | null;
	  })
	| ExitCommand
	| (Acting & { readonly kind: 'cancel'; readonly orderId: Order['id']; readonly foreign: boolean })
	| (Acting & { readonly kind: 'close'; readonly accountId: AccountId; readonly symbol: string })
	| { readonly kind: 'get'; readonly orderId: Order['id'] }
	| {
			readonly kind: 'list';
			readonly accountId: AccountId | null;
			readonly state: Order['state'] | null;
			readonly limit: number;
	  }
	| { readonly kind: 'positions'; readonly accountId: AccountId | null }
	| { readonly kind: 'venueCapabilities'; readonly venue: string }
	| ReadinessCommand
	| ReconciliationCommand;

const ACCOUNT_OPERATIONS = [
	'overrideReadiness', 'readiness', 'reconcile', 'venueCapabilities',
] as const;

/** A venue of the list; '' is all that orders can go to. @throws NodeOperationError */
function readVenue(ctx: IExecuteFunctions, itemIndex: number): string {
	const venue = readText(ctx, 'venue', itemIndex);
	const known = venue === '' || venue === PAPER_VENUE || listVenues().some(({ id }) => id === venue);
	if (known) return venue;
	throw new NodeOperationError(ctx.getNode(), `"Venue": there is no venue "${venue}".`, {
		itemIndex,
		description: 'Choose one of the list, or give its id there, such as binance. Empty takes all that orders can go to.',
	});
}

function readAccountParams(ctx: IExecuteFunctions, item: number): TrackerCommand {
	switch (readWord(ctx, 'operation', item, ACCOUNT_OPERATIONS)) {
		case 'overrideReadiness':
			return readOverride(ctx, item);
		case 'readiness':
			return readReadiness(ctx, item);
		case 'reconcile':
			return readReconcile(ctx, item);
		case 'venueCapabilities':
			return { kind: 'venueCapabilities', venue: readVenue(ctx, item) };
	}
}

export function readParams(ctx: IExecuteFunctions, item: number): TrackerCommand {
	const acting = (): Acting => ({ actor: nodeActor(ctx), run: runKind(ctx, item) });
	const account = (): AccountId | null => readFilterId(ctx, 'accountFilter', item, 'acc');
	const resource = readWord(ctx, 'resource', item, ['account', 'issue', 'order', 'position']);
	if (resource === 'account') return readAccountParams(ctx, item);
	if (resource === 'issue') return readIssueParams(ctx, item);
	if (resource === 'position') {
		const operations = ['close', 'getAll', 'setExitPlan', 'tightenStop'] as const;
		const operation = readWord(ctx, 'operation', item, operations);
		if (operation === 'getAll') return { kind: 'positions', accountId: account() };
		if (operation === 'setExitPlan') return readSetExitPlan(ctx, item);
		if (operation === 'tightenStop') return readTightenStop(ctx, item);
		return {
			...acting(),
			kind: 'close',
			accountId: readId(ctx, 'accountId', 'account_id', item, 'acc'),
			symbol: readRequiredText(ctx, 'symbol', 'Symbol', item),
		};
	}
	switch (readWord(ctx, 'operation', item, ['place', 'cancel', 'replace', 'get', 'getAll'])) {
		case 'place':
			return {
				...acting(),
				kind: 'place',
				ticketId: readId(ctx, 'ticketId', 'ticket_id', item, 'tkt'),
				terms: readTerms(ctx, item),
			};
		case 'replace':
			return readReplace(ctx, item);
		case 'cancel':
			return {
				...acting(),
				kind: 'cancel',
				orderId: readId(ctx, 'orderId', 'order_id', item, 'ord'),
				foreign: readOption(ctx, 'foreign', item) === true,
			};
		case 'get':
			return { kind: 'get', orderId: readId(ctx, 'orderId', 'order_id', item, 'ord') };
		case 'getAll': {
			const state = readText(ctx, 'state', item);
			return {
				kind: 'list',
				accountId: account(),
				state: ORDER_STATES.find((known) => known === state) ?? null,
				limit: readNumber(ctx, 'limit', item, { fallback: 50, min: 1, max: 500 }),
			};
		}
	}
}
