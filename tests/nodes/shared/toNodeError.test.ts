import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { FirecontrolError, refuse } from '../../../core';
import { refusedError, toNodeError } from '../../../nodes/shared/toNodeError';
import { node } from '../../support/harness';

const gate: INode = node('riskGate');

describe('errors for the editor', () => {
	it('shows what may pass by itself as an API error that is worth a retry', () => {
		const error = toNodeError(gate, new FirecontrolError('DATABASE_UNAVAILABLE', 'No answer.', { retryable: true }), 3);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({
			message: 'No answer.',
			description: 'Code DATABASE_UNAVAILABLE',
			failure: { cause: 'temporarily-unavailable' },
			context: { itemIndex: 3 },
		});
	});

	it.each([true, false])('keeps its own text where n8n would put one of its own for a code of the network (retryable: %s)', (retryable) => {
		const message = 'feed.example.org could not be read (ENOTFOUND). What was known stays.';
		const error = toNodeError(gate, new FirecontrolError('NEWS_FEED_UNREACHABLE', message, { retryable }), 0);
		expect(error).toMatchObject({ message, description: 'Code NEWS_FEED_UNREACHABLE' });
	});

	it('shows what someone must put right as an operation error', () => {
		const error = toNodeError(gate, new FirecontrolError('MEMBER_INVALID', 'zone: no zone.'), 0);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: 'zone: no zone.', failure: { cause: 'configuration-invalid' } });
	});

	it('knows the core’s errors by name: after a reload there are two classes of them', () => {
		const foreign = Object.assign(new Error('No answer.'), {
			name: 'FirecontrolError',
			code: 'VENUE_DOWN',
			retryable: true,
		});
		expect(toNodeError(gate, foreign)).toBeInstanceOf(NodeApiError);
	});

	it('passes n8n’s own errors, and takes whatever else is thrown', () => {
		const own = new NodeOperationError(gate, 'Choose a member.');
		expect(toNodeError(gate, own)).toBe(own);
		expect(toNodeError(gate, 'plain text').message).toBe('plain text');
		expect(toNodeError(gate, new TypeError('x is not a function')).message).toBe('x is not a function');
	});

	it('shows a refusal with its code', () => {
		expect(refusedError(gate, refuse('MEMBER_UNKNOWN', { id: 'ana' }), 2)).toMatchObject({
			message: 'There is no member "ana".',
			description: 'Code MEMBER_UNKNOWN',
			context: { itemIndex: 2 },
		});
	});
});
