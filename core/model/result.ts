import { reasonText, type ReasonCode } from './reasons';

/** Facts behind a refusal, shown to people and machines. Never a secret. */
export type ReasonContext = Readonly<Record<string, string | number | boolean | null>>;

/** An expected "no": the rules refused, nothing is broken. */
export interface Refused {
	readonly kind: 'refused';
	readonly code: ReasonCode;
	/** What happened and what to do, for people. */
	readonly message: string;
	readonly context: ReasonContext;
}

/** Makes a refusal with the text of its code. */
export function refuse(code: ReasonCode, context: ReasonContext = {}): Refused {
	return { kind: 'refused', code, message: reasonText(code, context), context };
}

/** Whether a result is a refusal. */
export function isRefused(value: unknown): value is Refused {
	return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refused';
}
