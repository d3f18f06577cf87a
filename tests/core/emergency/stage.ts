import { createEmergency, type Emergency, type StopCommand } from '../../../core/emergency';
import { isRefused, type Refused } from '../../../core/model';
import type { TestDatabase } from '../../support/databases';
import { openTrading, type Trading, type TradingProcess } from '../../support/trading';

export const OPERATOR = { by: null, actor: 'operator' } as const;

export const emergencyOf = ({ kernel, orders, exchanges }: TradingProcess): Emergency =>
	createEmergency({ kernel, orders, exchanges });

export interface Stage {
	readonly trading: Trading;
	readonly emergency: Emergency;
}

export async function stageOn(database: TestDatabase): Promise<Stage> {
	const trading = await openTrading(database);
	return { trading, emergency: emergencyOf(trading) };
}

export function unrefused<T>(value: T | Refused): T {
	if (isRefused(value)) throw new Error(`Refused: ${value.code}: ${value.message}`);
	return value;
}

/** A stop of everything by an operator. */
export const everything = (rest: Partial<StopCommand> = {}): StopCommand => ({
	scope: 'global', scopeId: null, symbol: null, state: 'PAUSED', reason: 'Maintenance.', ...OPERATOR, ...rest,
});
