import { FirecontrolError } from '../model';

/** The settings given for a channel do not make sense; names every fault at once. */
export function settingsInvalid(channel: string, faults: readonly string[]): FirecontrolError {
	return new FirecontrolError(
		'CHANNEL_SETTINGS_INVALID',
		`The settings of the channel ${channel} are not valid. ${faults.join('; ')}`,
		{ details: { channel, faults } },
	);
}
