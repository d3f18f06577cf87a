import type { IntakeRequest } from './signal';

/** All values of a header, whatever the case of its name. */
export function headerOf(request: IntakeRequest, name: string): string[] {
	return Object.entries(request.headers).flatMap(([key, value]) =>
		value === undefined || key.toLowerCase() !== name
			? []
			: typeof value === 'string'
				? [value]
				: [...value],
	);
}
