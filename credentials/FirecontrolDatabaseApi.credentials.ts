import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Where Firecontrol keeps its state, and the key that seals what it keeps secret there. */
export class FirecontrolDatabaseApi implements ICredentialType {
	name = 'firecontrolDatabaseApi';

	displayName = 'Firecontrol Database API';

	icon: Icon = {
		light: 'file:../nodes/icons/database.svg',
		dark: 'file:../nodes/icons/database.dark.svg',
	};

	documentationUrl = 'https://github.com/firecontrol/n8n-nodes-firecontrol#credentials';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Database',
			name: 'client',
			type: 'options',
			options: [
				{
					name: 'SQLite',
					value: 'sqlite',
					description: 'One file beside n8n, nothing to install; for one n8n process',
				},
				{
					name: 'PostgreSQL',
					value: 'postgres',
					description: 'Needed in queue mode, where several n8n processes share the state',
				},
			],
			default: 'sqlite',
		},
		{
			displayName: 'File',
			name: 'file',
			type: 'string',
			default: 'firecontrol.sqlite',
			required: true,
			displayOptions: { show: { client: ['sqlite'] } },
			description:
				'Path of the database file. A relative path starts in the .n8n folder of this installation.',
		},
		// eslint-disable-next-line @n8n/community-nodes/credential-unnecessary-password -- holds a password
		{
			displayName: 'Connection String',
			name: 'connectionString',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'postgresql://user:password@host:5432/firecontrol',
			displayOptions: { show: { client: ['postgres'] } },
		},
		// eslint-disable-next-line @n8n/community-nodes/credential-unnecessary-password -- a secret
		{
			displayName: 'Encryption Key',
			name: 'encryptionKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Seals venue keys and channel settings in the database. Any long random text, for example of "openssl rand -hex 32". Keep a copy: without it they cannot be read again.',
		},
		// eslint-disable-next-line @n8n/community-nodes/credential-unnecessary-password -- a secret
		{
			displayName: 'Previous Encryption Key',
			name: 'previousEncryptionKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Only to change the key: enter the new one above and the former one here, and save. Everything sealed is sealed anew in one step; then empty this field.',
		},
	];
}
