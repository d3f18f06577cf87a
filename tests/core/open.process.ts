import { openCore, type CoreConfig } from '../../core';
import { serve } from '../support/processes';

/** Opens the core at a given instant, as a starting n8n process does, and says what it found. */
serve<{ config: CoreConfig; at: number }, { operators: number; holder: string }>(
	async ({ config, at }) => {
		while (Date.now() < at);
		const core = await openCore(config);
		const members = await core.members.list();
		await core.engine.tick();
		const { holder } = core.kernel;
		// A thousand rounds open a thousand databases, and a server has room for a few connections.
		await core.close();
		return { operators: members.length, holder };
	},
);
