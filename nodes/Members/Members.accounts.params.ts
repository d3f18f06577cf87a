import type { IExecuteFunctions } from 'n8n-workflow';
import { readVenueCredential, type Account, type ConnectWish } from '../../core';
import { nodeActor } from '../shared/actor';
import { exchangeSettings } from '../shared/exchangeSettings';
import { readMember } from '../shared/listSearch';
import {
	readAccount, readOption, readOptionalText, readRequiredText, readText, readWord,
} from '../shared/params';

/** What one item asks of the resource Account. */
export type AccountCommand =
	| { readonly kind: 'accounts'; readonly member: string; readonly itemIndex: number }
	| { readonly kind: 'connect'; readonly wish: ConnectWish; readonly itemIndex: number }
	| {
			readonly kind: 'disconnect' | 'disableLive';
			readonly accountId: Account['id'];
			readonly actor: string;
			readonly itemIndex: number;
	  }
	| {
			readonly kind: 'enableLive';
			readonly accountId: Account['id'];
			readonly phrase: string;
			readonly actor: string;
			readonly itemIndex: number;
	  };

const OPERATIONS = ['connect', 'disconnect', 'enableLive', 'disableLive', 'getAll'] as const;

function textOption(ctx: IExecuteFunctions, name: string, itemIndex: number): string | undefined {
	const value = readOption(ctx, name, itemIndex);
	const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
	return text === '' ? undefined : text;
}

/** Reads the exchange credential of the node: the only place that ever sees the key in clear. */
async function readConnect(ctx: IExecuteFunctions, itemIndex: number): Promise<ConnectWish> {
	const values = await ctx.getCredentials('firecontrolExchangeApi', itemIndex);
	return {
		member: readMember(ctx, itemIndex),
		credential: readVenueCredential(exchangeSettings(values)),
		label: readOptionalText(ctx, 'label', itemIndex) ?? undefined,
		currency: readRequiredText(ctx, 'currency', 'Currency', itemIndex).toUpperCase(),
		zone: textOption(ctx, 'zone', itemIndex),
		startBalance: textOption(ctx, 'startBalance', itemIndex),
		prices: readOption(ctx, 'prices', itemIndex) === 'demo' ? 'demo' : 'venue',
		replaceKey: readOption(ctx, 'replaceKey', itemIndex) === true,
		actor: nodeActor(ctx),
	};
}

export async function readAccountParams(
	ctx: IExecuteFunctions,
	itemIndex: number,
): Promise<AccountCommand> {
	const operation = readWord(ctx, 'operation', itemIndex, OPERATIONS);
	switch (operation) {
		case 'getAll':
			return { kind: 'accounts', member: readMember(ctx, itemIndex), itemIndex };
		case 'connect':
			return { kind: 'connect', wish: await readConnect(ctx, itemIndex), itemIndex };
		case 'disconnect':
		case 'disableLive':
		case 'enableLive': {
			const of = { accountId: readAccount(ctx, itemIndex), actor: nodeActor(ctx), itemIndex };
			if (operation !== 'enableLive') return { kind: operation, ...of };
			return { kind: operation, ...of, phrase: readText(ctx, 'phrase', itemIndex) };
		}
	}
}
