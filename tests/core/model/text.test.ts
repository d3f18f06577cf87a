import fc from 'fast-check';
import {
	asRecord,
	FirecontrolError,
	isRefused,
	isoTime,
	messageOf,
	opposite,
	reasonText,
	REASONS,
	refuse,
	shorten,
	stableJson,
	type ReasonCode,
} from '../../../core/model';

function shuffled(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(shuffled);
	const record = asRecord(value);
	if (record === null) return value;
	return Object.fromEntries(Object.entries(record).reverse().map(([key, inner]) => [key, shuffled(inner)]));
}

describe('stable JSON', () => {
	it('is the same for equal content, in whichever order its keys come', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(stableJson(shuffled(value))).toBe(stableJson(value));
				expect(JSON.parse(stableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
		expect(stableJson({ b: 1, a: [{ d: null, c: '2' }] })).toBe('{"a":[{"c":"2","d":null}],"b":1}');
		expect(stableJson([2, 1])).toBe('[2,1]');
	});
});

describe('shorten', () => {
	it('never gives more than asked, and marks what it cut', () => {
		fc.assert(
			fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, length) => {
				const short = shorten(text, length);
				expect(short.length).toBeLessThanOrEqual(length);
				if (text.length <= length) expect(short).toBe(text);
				else expect(short.endsWith('…') && text.startsWith(short.slice(0, -1))).toBe(true);
			}),
		);
	});
});

describe('reasons', () => {
	it('are sentences for people', () => {
		for (const [code, text] of Object.entries(REASONS)) {
			expect(code).toMatch(/^[A-Z][A-Z0-9_]*$/);
			expect(text).toMatch(/^[A-Z{].*([.}]|")$/s);
		}
	});

	it('fill in what they know and show "?" for what they do not', () => {
		expect(reasonText('CONFIDENCE_LOW', { observed: '80', limit: 91 })).toBe('Confidence 80 is below the required 91. Wait for a stronger signal.');
		expect(reasonText('STOPPED', { state: 'LOCKED', cause: 'person' })).toContain('Trading is locked (stopped by a person).');
		expect(reasonText('TRADING_STATE', { state: 'PAUSED', cause: 'daily_loss' })).toContain('Trading is paused (daily loss).');
		expect(reasonText('CONFIDENCE_LOW', { observed: null })).toBe('Confidence ? is below the required ?. Wait for a stronger signal.');
	});

	it('cannot be filled with more places', () => {
		expect(reasonText('ADDRESSEE_UNKNOWN', { observed: '{limit} $& $1' })).toBe('No member has the handle "{limit} $& $1".');
	});

	it('make refusals that are told from other results', () => {
		const refusal = refuse('QUANTITY_STEP' satisfies ReasonCode, { observed: '0.15', limit: '0.1' });
		expect(refusal).toEqual({
			kind: 'refused', code: 'QUANTITY_STEP', context: { observed: '0.15', limit: '0.1' },
			message: 'The quantity 0.15 is not a multiple of the step 0.1. Round it down to one.',
		});
		expect(isRefused(refusal)).toBe(true);
		for (const other of [null, undefined, 'refused', {}, { kind: 'fired' }]) expect(isRefused(other)).toBe(false);
	});
});

describe('errors', () => {
	it('carry code, advice and cause', () => {
		const cause = new Error('socket closed');
		const error = new FirecontrolError('X', 'Try later.', { retryable: true, details: { a: 1 }, cause });
		expect(error).toMatchObject({ code: 'X', retryable: true, details: { a: 1 }, cause, name: 'FirecontrolError' });
		expect(new FirecontrolError('X', 'y')).toMatchObject({ retryable: false, details: {} });
		expect([messageOf(error), messageOf('text')]).toEqual(['Try later.', 'text']);
	});
});

describe('words', () => {
	it('know the other side, records and times', () => {
		expect([opposite('buy'), opposite('sell')]).toEqual(['sell', 'buy']);
		expect([asRecord(null), asRecord([]), asRecord('x'), asRecord({ a: 1 })]).toEqual([null, null, null, { a: 1 }]);
		expect(isoTime(Date.UTC(2026, 10, 20, 10))).toBe('2026-11-20T10:00:00.000Z');
	});
});
