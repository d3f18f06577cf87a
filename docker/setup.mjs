/**
 * Before a main process of the image starts: secrets of this installation, the database's schema,
 * credentials and templates. Does nothing that was done before.
 *
 * FIRECONTROL_DATABASE_URL names the PostgreSQL database; without it the state is in a SQLite file.
 */
import { resolve } from 'node:path';
import { migrateDatabase } from '../scripts/lib/firecontrol.mjs';
import { ensureInstallation } from '../scripts/lib/installation.mjs';
import { packIn } from '../scripts/lib/pack.mjs';
import { defaultUserFolder } from '../scripts/lib/paths.mjs';
import { describeProblem } from '../scripts/lib/problem.mjs';
import { createProgress } from '../scripts/lib/progress.mjs';
import { ensureSetup } from '../scripts/lib/setup.mjs';
import { templateFiles } from '../scripts/lib/templates.mjs';

// n8n's command line only writes to n8n's database here; it needs no Redis for that.
process.env.EXECUTIONS_MODE = 'regular';

const progress = createProgress();
const userFolder = defaultUserFolder();
const connectionString = process.env.FIRECONTROL_DATABASE_URL;

try {
	const installation = ensureInstallation(userFolder);
	const packFolder = packIn(userFolder);
	const database = connectionString
		? { client: 'postgres', connectionString }
		: { client: 'sqlite', file: resolve(installation.databaseFile) };
	await migrateDatabase(packFolder, installation, database);
	const templates = templateFiles();
	await ensureSetup({ userFolder, installation, packFolder, templates, database, progress });
	progress.say(`Ready. The signal token is in ${userFolder}/firecontrol-installation.json`);
} catch (error) {
	process.stderr.write(`${describeProblem(error)}\n`);
	process.exit(1);
}
