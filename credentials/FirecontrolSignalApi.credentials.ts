import type { IAuthenticateGeneric, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Who may call the signal webhooks, and for what. */
export class FirecontrolSignalApi implements ICredentialType {
	name = 'firecontrolSignalApi';

	displayName = 'Firecontrol Signal API';

	icon: Icon = {
		light: 'file:../nodes/icons/signal-key.svg',
		dark: 'file:../nodes/icons/signal-key.dark.svg',
	};

	documentationUrl = 'https://github.com/firecontrol/n8n-nodes-firecontrol#credentials';

	/** A caller's key as well: the HTTP Request node can make the contract's calls with it. */
	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.token}}' } },
	};

	properties: INodeProperties[] = [
		{
			displayName: 'Key Name',
			name: 'keyName',
			// eslint-disable-next-line n8n-nodes-base/cred-class-field-type-options-password-missing -- a name
			type: 'string',
			default: 'tradingview',
			required: true,
			description:
				'Names the sender in records and limits. Signals are looked for twice, and shown again, only under the same key.',
		},
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Accepted as "Authorization: Bearer …", as ?token=… or as the field "secret" of the body. Empty turns this way off.',
		},
		{
			displayName: 'HMAC Secret',
			name: 'hmacSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Verifies the header X-Firecontrol-Signature: t=…,v1=…. Empty turns this way off.',
		},
		{
			displayName: 'Scopes',
			name: 'scopes',
			type: 'multiOptions',
			options: [
				{ name: 'Fire', value: 'fire', description: 'Fire held tickets' },
				{
					name: 'Read',
					value: 'read',
					description: 'See fills, profit and loss, XP and alerts of its own signals',
				},
				{
					name: 'Submit',
					value: 'submit',
					description: 'Send signals, and see what became of them',
				},
			],
			default: ['submit'],
		},
		{
			displayName: 'Allowed Addresses',
			name: 'cidrs',
			type: 'string',
			default: '',
			placeholder: '52.89.214.238/32, 34.212.75.30/32',
			description: 'Networks that may use this key, separated by commas. Empty allows all.',
		},
		{
			displayName: 'Trusted Proxy Hops',
			name: 'trustedProxyHops',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 10 },
			default: 0,
			description:
				'How many proxies of yours stand before n8n. The address is then taken from X-Forwarded-For, counted from the right; 0 ignores that header.',
		},
		// eslint-disable-next-line @n8n/community-nodes/credential-unnecessary-password -- holds secrets
		{
			displayName: 'More Keys',
			name: 'moreKeys',
			type: 'string',
			typeOptions: { password: true },
			default: '[]',
			placeholder: '[{"name":"desk","token":"…","scopes":["submit","read"],"cidrs":"10.0.0.0/8"}]',
			description:
				'A JSON list of further keys: name, token or hmacSecret, scopes (submit when left out), cidrs',
		},
	];
}
