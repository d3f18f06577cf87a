import { basename } from 'node:path';
import { run } from './run.mjs';

/** Runs npm under this Node: the npm that started us, else the one in PATH. */
export async function npm(args, options) {
	const cli = process.env.npm_execpath;
	if (cli && /^npm-cli\.c?js$/.test(basename(cli))) {
		return await run(process.execPath, [cli, ...args], options);
	}
	return await run('npm', args, options);
}

/** What n8n's size and n8n's peer ranges need: scripts never run by themselves. */
export const installFlags = [
	'--ignore-scripts',
	'--legacy-peer-deps',
	'--no-audit',
	'--no-fund',
	'--no-progress',
	'--loglevel=warn',
	'--prefer-offline',
];

export const networkHint =
	'the first start needs the npm registry: check the connection (and proxy settings), then run it again.';
