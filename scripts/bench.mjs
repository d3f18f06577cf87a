/** `npm run bench [-- --json FILE]`: ratios and rates of one run on this machine; passes nothing, fails nothing. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureN8n } from './lib/n8n-install.mjs';
import { runUnderNode24 } from './lib/node24.mjs';
import { ensurePack } from './lib/pack.mjs';
import { createProgress } from './lib/progress.mjs';

await runUnderNode24(import.meta.url);
// Loaded only now: they use what older Nodes do not have.
const { benchCore } = await import('../tests/bench/core.mjs');
const { benchGate } = await import('../tests/bench/gate.mjs');
const { benchKillSwitch } = await import('../tests/bench/kill-switch.mjs');
const { benchN8n } = await import('../tests/bench/n8n.mjs');
const { benchVenues } = await import('../tests/bench/venues.mjs');
const { benchReconcile } = await import('../tests/bench/reconcile.mjs');

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const progress = createProgress();
const print = (line) => process.stdout.write(`${line}\n`);

await ensureDependencies(progress);
await ensureN8n(progress);
await ensurePack(progress);
const figures = {};
for (const bench of [benchCore, benchGate, benchKillSwitch, benchN8n, benchVenues, benchReconcile]) Object.assign(figures, await bench(print));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, '\t')}\n`);
print(JSON.stringify(figures));
process.exit(0);
