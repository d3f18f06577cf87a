import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import {
	decimal, isStorableDecimal, type Decimal, type ExitRuleInput, type Order, type ReplaceWish,
} from '../../core';
import { nodeActor } from '../shared/actor';
import { readExitPlan } from '../shared/exitPlan';
import { runKind, type RunKind } from '../shared/manualRun';
import { readId, readRequiredText, readText } from '../shared/params';

interface Acting {
	readonly actor: string;
	readonly run: RunKind;
}

interface Place extends Acting {
	readonly accountId: Order['accountId'];
	readonly symbol: string;
}

/** What an item asks of a position's exits, or of a working order. */
export type ExitCommand =
	| (Place & { readonly kind: 'tightenStop'; readonly price: Decimal })
	| (Place & { readonly kind: 'setExitPlan'; readonly rules: readonly ExitRuleInput[] })
	| (Acting & { readonly kind: 'replace'; readonly orderId: Order['id']; readonly wish: ReplaceWish });

function readDecimal(ctx: IExecuteFunctions, name: string, label: string, item: number): Decimal | null {
	const text = readText(ctx, name, item);
	if (text === '') return null;
	if (isStorableDecimal(text)) return decimal(text);
	throw new NodeOperationError(ctx.getNode(), `"${label}" must be a number, and was "${text}".`, {
		itemIndex: item,
	});
}

const acting = (ctx: IExecuteFunctions, item: number): Acting => ({
	actor: nodeActor(ctx),
	run: runKind(ctx, item),
});

function placeOf(ctx: IExecuteFunctions, item: number): Place {
	return {
		...acting(ctx, item),
		accountId: readId(ctx, 'accountId', 'account_id', item, 'acc'),
		symbol: readRequiredText(ctx, 'symbol', 'Symbol', item),
	};
}

export function readTightenStop(ctx: IExecuteFunctions, item: number): ExitCommand {
	readRequiredText(ctx, 'stopPrice', 'Stop Price', item);
	const price = readDecimal(ctx, 'stopPrice', 'Stop Price', item) ?? decimal(0);
	return { ...placeOf(ctx, item), kind: 'tightenStop', price };
}

export function readSetExitPlan(ctx: IExecuteFunctions, item: number): ExitCommand {
	return { ...placeOf(ctx, item), kind: 'setExitPlan', rules: readExitPlan(ctx, item) };
}

export function readReplace(ctx: IExecuteFunctions, item: number): ExitCommand {
	const quantity = readDecimal(ctx, 'newQuantity', 'Quantity', item);
	const price = readDecimal(ctx, 'newPrice', 'Limit Price', item);
	const triggerPrice = readDecimal(ctx, 'newTriggerPrice', 'Trigger Price', item);
	return {
		...acting(ctx, item),
		kind: 'replace',
		orderId: readId(ctx, 'orderId', 'order_id', item, 'ord'),
		wish: {
			...(quantity === null ? {} : { quantity }),
			...(price === null ? {} : { price }),
			...(triggerPrice === null ? {} : { triggerPrice }),
		},
	};
}
