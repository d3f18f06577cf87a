/** What the exchange answers instead of doing it: HTTP status, its own code, its words. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly code: number,
		readonly msg: string,
		readonly data: unknown = undefined,
	) {
		super(`${code} ${msg}`);
	}

	body(): string {
		const { code, msg, data } = this;
		return JSON.stringify(data === undefined ? { code, msg } : { code, msg, data });
	}
}

const refuse = (code: number, msg: string, status = 400) => () => new Refusal(status, code, msg);
const filter = (name: string) => new Refusal(400, -1013, `Filter failure: ${name}`);

export const refusals = {
	badKey: refuse(-2015, 'Invalid API-key, IP, or permissions for action.', 401),
	keyFormat: refuse(-2014, 'API-key format invalid.', 401),
	signature: refuse(-1022, 'Signature for this request is not valid.'),
	timestampAhead: refuse(-1021, "Timestamp for this request was 1000ms ahead of the server's time."),
	timestampOld: refuse(-1021, 'Timestamp for this request is outside of the recvWindow.'),
	recvWindow: refuse(-1131, 'recvWindow must be less than 60000.'),
	tooManyRequests: refuse(-1003, 'Too much request weight used; please use WebSocket Streams for live updates to avoid polling the API.', 429),
	banned: refuse(-1003, 'Way too much request weight used; IP banned. Please use WebSocket Streams for live updates to avoid bans.', 418),
	busy: refuse(-1008, 'Server is currently overloaded with other requests. Please try again in a few minutes.', 503),
	unknownStatus: refuse(-1007, 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.', 504),
	internal: refuse(-1000, 'An unknown error occurred while processing the request.', 500),
	unknownSymbol: refuse(-1121, 'Invalid symbol.'),
	orderType: refuse(-1116, 'Invalid orderType.'),
	side: refuse(-1117, 'Invalid side.'),
	timeInForce: refuse(-1115, 'Invalid timeInForce.'),
	duplicate: refuse(-2010, 'Duplicate order sent.'),
	insufficient: refuse(-2010, 'Account has insufficient balance for requested action.'),
	wouldMatch: refuse(-2010, 'Order would immediately match and take.'),
	wouldTrigger: refuse(-2010, 'Stop price would trigger immediately.'),
	marketClosed: refuse(-1013, 'Market is closed.'),
	ocoPrices: refuse(-1165, 'The relationship of the prices for the orders is not correct.'),
	unknownCancel: refuse(-2011, 'Unknown order sent.'),
	unknownOrder: refuse(-2013, 'Order does not exist.'),
	unknownList: refuse(-2018, 'Order list does not exist.'),
	window24h: refuse(-1127, 'More than 24 hours between startTime and endTime.'),
	listenKey: refuse(-1125, 'This listenKey does not exist.'),
	notFound: refuse(-1000, 'Not found.', 404),
	missing: (name: string) =>
		new Refusal(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
	notRequired: (name: string) => new Refusal(400, -1106, `Parameter '${name}' sent when not required.`),
	illegal: (name: string, range: string) =>
		new Refusal(400, -1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`),
	precision: (name: string) => new Refusal(400, -1111, `Parameter '${name}' has too much precision.`),
	unread: (read: number, sent: number) =>
		new Refusal(400, -1104, `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${sent}'.`),
	filter,
};
