import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

const FIELDS = ['venue', 'mode', 'apiKey', 'secret', 'passphrase'] as const;
const ADDRESSES = ['apiUrl', 'streamUrl'] as const;

/**
 * A Firecontrol Exchange credential as the core reads it. Addresses count only while their switch is
 * on: what the editor hides must not act.
 */
export function exchangeSettings(credentials: ICredentialDataDecryptedObject): object {
	const fields = credentials['otherAddresses'] === true ? [...FIELDS, ...ADDRESSES] : FIELDS;
	return Object.fromEntries(fields.map((name) => [name, credentials[name]]));
}
