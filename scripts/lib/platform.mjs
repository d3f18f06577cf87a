import { Problem } from './problem.mjs';

const supported = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);
export const platform = `${process.platform}-${process.arch}`;

/** Alpine and the like: Node's binaries from npm are built for glibc. */
export function usesMusl() {
	if (process.platform !== 'linux') return false;
	return !process.report.getReport().header.glibcVersionRuntime;
}

export function checkPlatform() {
	if (!supported.has(platform)) {
		throw new Problem(
			`This machine is ${platform}; npm start supports ${[...supported].join(', ')}.`,
			{
				hint:
					process.platform === 'win32'
						? 'run it inside WSL 2, or use docker/compose.yml with Docker Desktop.'
						: 'use docker/compose.yml, or a machine of the list.',
			},
		);
	}
}
