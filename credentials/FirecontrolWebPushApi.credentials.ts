import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** The VAPID identity under which browsers accept push messages. */
export class FirecontrolWebPushApi implements ICredentialType {
	name = 'firecontrolWebPushApi';

	displayName = 'Firecontrol Web Push API';

	icon: Icon = {
		light: 'file:../nodes/icons/web-push.svg',
		dark: 'file:../nodes/icons/web-push.dark.svg',
	};

	documentationUrl = 'https://github.com/firecontrol/n8n-nodes-firecontrol#credentials';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Subject',
			name: 'subject',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'mailto:desk@example.com',
			description: 'A mailto: or https: address at which push services reach you',
		},
		{
			displayName: 'Public Key',
			name: 'publicKey',
			// eslint-disable-next-line n8n-nodes-base/cred-class-field-type-options-password-missing -- public
			type: 'string',
			default: '',
			required: true,
			description: 'The VAPID public key, base64url. "npx web-push generate-vapid-keys" makes a pair.',
		},
		{
			displayName: 'Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
		},
	];
}
