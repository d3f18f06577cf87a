import type { Kernel } from '../db';
import { FirecontrolError, messageOf, shorten, type SignalId } from '../model';
import { authenticateRequest, type Authentication } from './authenticate';
import { asObject, forbiddenKeys, readJson } from './json';
import { FAULTS_MAX, parseSignal, type Parsed } from './parse';
import type { RateLimiter } from './rate-limit';
import { redactBody, redactorOf } from './redact';
import type { IntakeAnswer, IntakeRequest, SignalKey } from './signal';
import {
	callFault, fieldFault, idReused, JSON_HEADERS, rateLimited, rejected, storeUnavailable, tooLarge,
	type Fault,
} from './signals.errors';
import { storeDelivery, type Entry, type StoredOutcome } from './store';

/** What the caller is told, and which signals are new (to wake the pump). */
export interface Received extends IntakeAnswer {
	readonly stored: readonly SignalId[];
}

/** After this long the call is answered 503 and its transaction is given up, ms. */
const STORE_DEADLINE_MS = 2_500;

/** One entry's own answer. */
interface Result {
	readonly status: number;
	readonly body: object;
}

/** The entries of a body: `signals` of a batch, or the body itself. */
interface Entries {
	readonly batch: boolean;
	readonly values: readonly unknown[];
	readonly faults: readonly Fault[];
}

function entriesOf(body: unknown, batchMax: number): Entries {
	const record = asObject(body);
	if (record === null || !('signals' in record)) {
		return { batch: false, values: [body], faults: [] };
	}
	const { signals, ...envelope } = record;
	const faults = forbiddenKeys(envelope).slice(0, FAULTS_MAX).map((path) =>
		fieldFault('KEY_FORBIDDEN', path, undefined, 'This key is not allowed. Leave it out.'),
	);
	const advice = `Send a list of 1 to ${batchMax} signals.`;
	if (!Array.isArray(signals)) {
		faults.push(fieldFault('FIELD_INVALID', ['signals'], signals, advice));
		return { batch: true, values: [], faults };
	}
	if (signals.length === 0) faults.push(fieldFault('BATCH_EMPTY', ['signals'], signals, advice));
	if (signals.length > batchMax) {
		const fault = fieldFault('BATCH_TOO_LARGE', ['signals'], signals.length, advice);
		faults.push(fault);
	}
	return { batch: true, values: signals, faults };
}

function resultOf(parsed: Parsed, at: string, outcome: StoredOutcome | undefined): Result {
	if (parsed.kind === 'faults') {
		return { status: 422, body: { status: 'rejected', errors: parsed.faults } };
	}
	if (outcome === undefined) {
		throw new FirecontrolError('OUTCOME_MISSING', 'An entry was stored without an outcome.');
	}
	if (outcome.kind === 'reused') {
		const path = at === '' ? 'id' : `${at}.id`;
		const fault = idReused(path, parsed.content.senderId, outcome.id);
		return { status: 409, body: { status: 'rejected', signal_id: outcome.id, errors: [fault] } };
	}
	const duplicate = outcome.kind === 'duplicate';
	return {
		status: duplicate ? 200 : 202,
		body: { status: 'accepted', signal_id: outcome.id, duplicate },
	};
}

/**
 * A single signal's own result. For a batch the results' status where all agree (202 all new, 200
 * all seen before, 422 or 409 all refused so), else 207: new and seen before mixed is 207 too.
 */
function answerOf(results: readonly Result[], batch: boolean): IntakeAnswer {
	const [first] = results;
	if (first === undefined) return rejected(422, []);
	if (!batch) return { ...first, headers: JSON_HEADERS };
	const unanimous = results.every((result) => result.status === first.status);
	return {
		status: unanimous ? first.status : 207,
		headers: JSON_HEADERS,
		body: { results: results.map((result) => result.body) },
	};
}

function storeSlow(): FirecontrolError {
	return new FirecontrolError('STORE_SLOW', 'The store did not answer in time.', { retryable: true });
}

/** Runs `work` for `STORE_DEADLINE_MS` at most; `work` must not commit once `isGivenUp()`. */
async function withinDeadline<T>(work: (isGivenUp: () => boolean) => Promise<T>): Promise<T> {
	let givenUp = false;
	let timer: NodeJS.Timeout | undefined;
	const deadline = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			givenUp = true;
			reject(storeSlow());
		}, STORE_DEADLINE_MS);
	});
	try {
		return await Promise.race([work(() => givenUp), deadline]);
	} finally {
		clearTimeout(timer);
	}
}

type Sender = Extract<Authentication, { kind: 'authenticated' }>;

/** Stores what could be read, in one transaction; outcomes in the order of those entries. */
async function store(
	kernel: Kernel, parsed: readonly Parsed[], intake: string, who: Sender,
): Promise<StoredOutcome[]> {
	const entries: Entry[] = parsed.filter((entry) => entry.kind === 'content');
	if (entries.length === 0) return [];
	const delivery = { intake, keyName: who.key.name, signature: who.signature, entries };
	return withinDeadline(async (isGivenUp) =>
		kernel.transaction(async (trx) => {
			if (isGivenUp()) throw storeSlow();
			const outcomes = await storeDelivery(trx, kernel, delivery);
			if (isGivenUp()) throw storeSlow();
			return outcomes;
		}),
	);
}

/** Each entry's own result, in order. */
function resultsOf(
	parsed: readonly Parsed[], outcomes: readonly StoredOutcome[], batch: boolean,
): Result[] {
	const remaining = [...outcomes];
	return parsed.map((entry, index) => {
		const outcome = entry.kind === 'content' ? remaining.shift() : undefined;
		return resultOf(entry, batch ? `signals[${index}]` : '', outcome);
	});
}

/** The whole POST call: authenticate, limit, read, store, answer. Never throws. */
export function createIntake(kernel: Kernel, limiter: RateLimiter) {
	const rules = kernel.rules.policy.intake;
	const refused = (answer: IntakeAnswer): Received => ({ ...answer, stored: [] });

	/** Counts signals against the key's bucket; the refusal when there are too many. */
	function limit({ key }: Sender, count: number): Received | null {
		const wait = limiter.take(key.name, count);
		return wait === 0 ? null : refused(rateLimited(wait, rules.ratePerSecond, rules.burst));
	}

	async function accept(body: unknown, intake: string, who: Sender): Promise<Received> {
		const { batch, values, faults } = entriesOf(body, rules.batchMax);
		const limited = limit(who, faults.length > 0 ? 1 : values.length);
		if (limited !== null) return limited;
		if (faults.length > 0) return refused(rejected(422, faults));
		const parsed = values.map((value, index) =>
			parseSignal(value, batch ? ['signals', index] : [], who.key.name),
		);
		try {
			const outcomes = await store(kernel, parsed, intake, who);
			const answer = answerOf(resultsOf(parsed, outcomes, batch), batch);
			const stored = outcomes.filter(({ kind }) => kind === 'stored').map(({ id }) => id);
			return { ...answer, stored };
		} catch (error) {
			kernel.log.error('A signal could not be stored; the sender was told to send it again.', {
				key: who.key.name,
				error: shorten(messageOf(error), 300),
			});
			return refused(storeUnavailable());
		}
	}

	return async function receive(
		request: IntakeRequest, keys: readonly SignalKey[], intake: string,
	): Promise<Received> {
		if (request.rawBody.length > rules.bodyBytesMax) return refused(tooLarge(rules.bodyBytesMax));
		const body = readJson(request.rawBody);
		const { signatureToleranceSeconds } = rules;
		const now = kernel.clock.now();
		const who = authenticateRequest(request, keys, 'submit', body, now, signatureToleranceSeconds);
		if (who.kind === 'refused') {
			const { reason, keyName } = who;
			kernel.log.warn('A signal was refused.', { reason, key: keyName, from: request.remoteAddress });
			return refused(who.answer);
		}
		if (body.kind === 'unparseable') {
			const answer = rejected(400, [callFault('BODY_UNPARSEABLE', body.reason)]);
			return limit(who, 1) ?? refused(answer);
		}
		return accept(redactBody(body.value, redactorOf(keys)), intake, who);
	};
}
