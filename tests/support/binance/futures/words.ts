import { Refusal } from '../refusal';

const refuse = (code: number, msg: string, status = 400) => () => new Refusal(status, code, msg);

/** What USDⓈ-M futures say where spot says something else. */
export const words = {
	wouldTrigger: refuse(-2021, 'Order would immediately trigger.'),
	wouldMatch: refuse(-5022, 'Due to the order could not be executed as maker, the Post Only order will be rejected.'),
	duplicate: refuse(-4116, 'ClientOrderId is duplicated.'),
	margin: refuse(-2019, 'Margin is insufficient.'),
	reduceOnly: refuse(-2022, 'ReduceOnly Order is rejected.'),
	useAlgo: refuse(-4120, 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.'),
	quantity: refuse(-4003, 'Quantity less than or equal to zero.'),
	tooSmall: refuse(-4164, "Order's notional must be no smaller than 5.0 (unless you choose reduce only)."),
	positionSide: refuse(-4061, "Order's position side does not match user's setting."),
	window7d: refuse(-1127, 'More than 7 days between startTime and endTime.'),
};
