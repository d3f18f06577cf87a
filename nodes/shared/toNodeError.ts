import {
	NodeApiError,
	NodeOperationError,
	type INode,
	type JsonObject,
	type Failure,
} from 'n8n-workflow';
import { messageOf, type Refused } from '../../core';

/** What the core throws, seen from outside: by name, because a reload brings second classes. */
interface CoreError extends Error {
	readonly code: string;
	readonly retryable: boolean;
}

function isCoreError(error: unknown): error is CoreError {
	return (
		error instanceof Error &&
		error.name === 'FirecontrolError' &&
		'code' in error &&
		typeof error.code === 'string' &&
		'retryable' in error
	);
}

function failureOf(error: CoreError): Failure {
	return { cause: error.retryable ? 'temporarily-unavailable' : 'configuration-invalid' };
}

/** n8n replaces texts that hold a word such as ENOTFOUND by its own: ours name what to do. */
function saying<E extends NodeApiError | NodeOperationError>(nodeError: E, message: string): E {
	nodeError.message = message;
	return nodeError;
}

/**
 * Any error as one that the editor can show: what the world outside did becomes a NodeApiError,
 * everything else a NodeOperationError. n8n's own errors pass unchanged.
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const at = itemIndex === undefined ? {} : { itemIndex };
	if (!isCoreError(error)) return new NodeOperationError(node, messageOf(error), at);
	const description = `Code ${error.code}`;
	if (error.retryable) {
		const body: JsonObject = { message: error.message, code: error.code };
		const shown = { ...at, message: error.message, description, failure: failureOf(error) };
		return saying(new NodeApiError(node, body, shown), error.message);
	}
	const shown = { ...at, description, failure: failureOf(error) };
	return saying(new NodeOperationError(node, error.message, shown), error.message);
}

/** A refusal as an error, for nodes without an output for refusals. */
export function refusedError(node: INode, refused: Refused, itemIndex: number): NodeOperationError {
	return new NodeOperationError(node, refused.message, {
		itemIndex,
		description: `Code ${refused.code}`,
	});
}
