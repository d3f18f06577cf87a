/** What went wrong in the world, not what the rules refused: refusals are values (`Refused`). */
export interface FirecontrolErrorOptions {
	/** Whether the same call may succeed later without anyone changing anything. */
	readonly retryable?: boolean;
	/** Facts for the reader: field, value found, limit. Never a secret. */
	readonly details?: Readonly<Record<string, unknown>>;
	readonly cause?: unknown;
}

/** The base of every error the core throws. `code` is stable; the message says what to do. */
export class FirecontrolError extends Error {
	readonly code: string;
	readonly retryable: boolean;
	readonly details: Readonly<Record<string, unknown>>;

	constructor(code: string, message: string, options: FirecontrolErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'FirecontrolError';
		this.code = code;
		this.retryable = options.retryable ?? false;
		this.details = options.details ?? {};
	}
}

/** Message of anything that was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
