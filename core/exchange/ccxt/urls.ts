import type { CcxtClient } from './library';

/** Addresses that take the place of the venue's own. */
export interface Addresses {
	readonly apiUrl: string | null;
	readonly streamUrl: string | null;
}

const ADDRESS = /^(https?|wss?):\/\/[^/]+(\/.*)?$/;

/** The path stays: a proxy or a test server has the same ones under its own address. */
function rewriteOne(url: string, { apiUrl, streamUrl }: Addresses): string {
	const found = ADDRESS.exec(url);
	if (found === null) return url;
	const to = found[1]?.startsWith('ws') === true ? streamUrl : apiUrl;
	return to === null ? url : `${to.replace(/\/+$/, '')}${found[2] ?? ''}`;
}

function rewrite(value: unknown, to: Addresses): unknown {
	if (typeof value === 'string') return rewriteOne(value, to);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rewrite(each, to)]));
}

/** Sends everything that a client asks to other addresses. */
export function rewriteUrls(client: CcxtClient, to: Addresses): void {
	if (to.apiUrl === null && to.streamUrl === null) return;
	client.urls = { ...client.urls, api: rewrite(client.urls['api'], to) };
}
