import { appendAudit } from './audit';
import { lockSetting, settleSetting, writeSetting, type Kernel } from './db';

const IN_FORCE = 'policy_in_force';

/**
 * Puts on record that other rules are in force than before, with all of them: whatever a verdict's
 * policy version meant can be read in the trail. Called when a core is opened; several may at once.
 */
export async function notePolicy(kernel: Kernel): Promise<void> {
	const { version, policy } = kernel.rules;
	const now = kernel.clock.now();
	if ((await settleSetting(kernel.conn, IN_FORCE, '', now)) === version) return;
	await kernel.transaction(async (trx) => {
		const before = await lockSetting<string>(trx, IN_FORCE);
		if (before === version) return;
		await writeSetting(trx, IN_FORCE, version, now);
		await appendAudit(trx, kernel, {
			actor: 'operator',
			action: before === '' ? 'policy.in_force' : 'policy.changed',
			subjectId: version,
			details: { before: before === '' ? null : before, policy },
		});
	});
}
