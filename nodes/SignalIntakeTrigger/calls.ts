import {
	isId, type Core, type IntakeAnswer, type IntakeRequest, type Page, type Refused, type SignalKey,
} from '../../core';

const MAX_BODY_BYTES = 65_536;

function rejected(status: number, code: string, message: string, path = ''): IntakeAnswer {
	return { status, headers: {}, body: { status: 'rejected', errors: [{ code, path, message }] } };
}

/** GET firecontrol/signal?id=…: what became of a signal, as far as the key may see. */
export async function statusCall(
	core: Core,
	call: IntakeRequest,
	keys: readonly SignalKey[],
): Promise<IntakeAnswer> {
	const reading = core.signals.authenticate(call, keys, 'read');
	const known =
		reading.kind === 'authenticated' ? reading : core.signals.authenticate(call, keys, 'submit');
	if (known.kind === 'refused') return known.answer;
	const { name: keyName, scopes } = known.key;
	const { id } = call.query;
	const body = isId('sig', id) ? await core.follow.status(id, { keyName, scopes }) : null;
	if (body === null) return rejected(404, 'SIGNAL_UNKNOWN', 'There is no such signal under this key.');
	return { status: 200, headers: {}, body };
}

/** POST firecontrol/fire: the press on a held ticket. */
export async function fireCall(
	core: Core,
	call: IntakeRequest,
	keys: readonly SignalKey[],
): Promise<IntakeAnswer> {
	if (call.rawBody.length > MAX_BODY_BYTES) {
		return rejected(413, 'BODY_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
	}
	const known = core.signals.authenticate(call, keys, 'fire');
	if (known.kind === 'refused') return known.answer;
	const ticket = readTicket(call.rawBody);
	if (ticket === undefined) return rejected(400, 'BODY_UNPARSEABLE', 'The body is not a JSON object.');
	if (typeof ticket !== 'string') {
		return rejected(422, 'FIELD_INVALID', 'Send {"ticket":"tkt_…"}.', 'ticket');
	}
	if (!isId('tkt', ticket)) return refusal('TICKET_UNKNOWN', 'There is no such ticket.');
	const { name: keyName } = known.key;
	const pressed = await core.firemodes.fire(ticket, { actor: `key:${keyName}`, keyName });
	if (pressed.kind === 'refused') return refusal(pressed.code, pressed.message);
	return {
		status: pressed.already ? 200 : 202,
		headers: {},
		body: {
			status: 'fired',
			ticket: pressed.ticket.id,
			client_order_id: pressed.order.clientOrderId,
		},
	};
}

/** Longest form that a stop page sends. */
const MAX_FORM_BYTES = 4_096;

/**
 * firecontrol/stop: GET shows what a signed link would stop and does nothing, POST is the press. The
 * link is its own key.
 */
export async function stopCall(core: Core, call: IntakeRequest): Promise<Page> {
	const asked = typeof call.query['link'] === 'string' ? call.query['link'] : '';
	if (call.method !== 'POST') return core.emergency.showStopLink(asked);
	const body = call.rawBody.length > MAX_FORM_BYTES ? '' : new TextDecoder().decode(call.rawBody);
	const form = new URLSearchParams(body);
	return core.emergency.pressStopLink(form.get('link') ?? asked, form.get('confirmation') ?? '');
}

function refusal(code: Refused['code'], message: string): IntakeAnswer {
	return rejected(code === 'TICKET_UNKNOWN' ? 404 : 409, code, message);
}

/** The field `ticket` as sent, null when absent, undefined when the body is no JSON object. */
function readTicket(rawBody: Uint8Array): unknown {
	try {
		const body: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
		if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
		return 'ticket' in body ? (body.ticket ?? null) : null;
	} catch {
		// intentional: whatever is wrong with it, it is not JSON
		return undefined;
	}
}
