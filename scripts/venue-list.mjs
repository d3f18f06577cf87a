/**
 * Writes core/exchange/ccxt/venue-list.ts anew from the installed ccxt: the venues that people can
 * choose from, so that nothing loads ccxt for a list. A test compares the two.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const ccxt = require('ccxt');

/** Whether any text is in there. */
const hasText = (value) =>
	typeof value === 'string' || Object.values(value ?? {}).some((each) => hasText(each));

/**
 * ccxt's setSandboxMode never refuses; where there is neither an address for tests nor an own way,
 * it leaves a client that fails late with what looks like a network error.
 */
const hasSandbox = (client) =>
	hasText(client.urls.test) ||
	client.setSandboxMode !== ccxt.Exchange.prototype.setSandboxMode;

const rows = ccxt.exchanges
	.map((id) => new (ccxt.pro[id] ?? ccxt[id])())
	.map((client) => `\t['${client.id}', '${client.name.replaceAll("'", "\\'")}', ${hasSandbox(client)}],`);

const text = `/** ccxt ${ccxt.version}: id, name, whether it has a place for play money. See scripts/venue-list.mjs. */
export const CCXT_VENUES: readonly (readonly [string, string, boolean])[] = [
${rows.join('\n')}
];
`;
const folder = join(fileURLToPath(import.meta.url), '..', '..');
writeFileSync(join(folder, 'core', 'exchange', 'ccxt', 'venue-list.ts'), text);
