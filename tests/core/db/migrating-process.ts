import { migrate, openPool, type DatabaseConfig } from '../../../core/db';
import { serve } from '../../support/processes';

/** Opens and migrates the database it is told, once the agreed moment has come. */
serve(async ({ config, at }: { config: DatabaseConfig; at: number }) => {
	await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
	const pool = openPool(config);
	const applied = await migrate(pool);
	await pool.conn('settings').insert({ name: `opened by ${process.pid}`, value: '1', updated_at: 0 });
	return applied;
});
