import type { Icon, ICredentialType, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { listVenues } from '../core';

const LIVE_MODES = { mode: ['sandbox', 'live'] };

/** ccxt's venues by their names; those that orders can go to come first. */
function venueOptions(): INodePropertyOptions[] {
	return listVenues().map(({ id, name, supportedLive, sandbox }) => ({
		name,
		value: id,
		description: !supportedLive
			? 'Not proved yet, so it cannot be traded'
			: sandbox
				? 'Live, sandbox and paper'
				: 'Live and paper; the venue has no sandbox',
	}));
}

/** An account at a venue. Members: Connect Account reads it once and seals the keys. */
export class FirecontrolExchangeApi implements ICredentialType {
	name = 'firecontrolExchangeApi';

	displayName = 'Firecontrol Exchange API';

	icon: Icon = {
		light: 'file:../nodes/icons/exchange.svg',
		dark: 'file:../nodes/icons/exchange.dark.svg',
	};

	documentationUrl =
		'https://github.com/firecontrol/n8n-nodes-firecontrol#from-paper-to-sandbox-to-live';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Venue',
			name: 'venue',
			type: 'options',
			options: venueOptions(),
			default: 'binance',
			required: true,
		},
		{
			displayName: 'Mode',
			name: 'mode',
			type: 'options',
			options: [
				{
					name: 'Paper',
					value: 'paper',
					description: "Play money in our own books, at the venue's public prices; needs no key",
				},
				{
					name: 'Sandbox',
					value: 'sandbox',
					description: "Play money at the venue's own test site, with a key of that site",
				},
				{
					name: 'Live',
					value: 'live',
					description: 'Real money; trades only after Members: Enable Live',
				},
			],
			default: 'paper',
			required: true,
		},
		{
			displayName:
				'Make a key at the venue that may <b>read and trade only</b>, if possible for the address of this server only. A key that may withdraw is refused where the venue tells; test sites and some venues do not, so look there yourself.',
			name: 'rightsNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: LIVE_MODES },
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: LIVE_MODES },
		},
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: LIVE_MODES },
			description: 'The secret or private key that belongs to the API key',
		},
		{
			displayName: 'Passphrase',
			name: 'passphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: LIVE_MODES },
			description: 'Only of venues that ask for one when the key is made, such as OKX',
		},
		{
			displayName: 'Use Other Addresses',
			name: 'otherAddresses',
			type: 'boolean',
			default: false,
			displayOptions: { show: LIVE_MODES },
			description:
				'Whether to reach the venue by a proxy or a test server of yours instead of its own addresses',
		},
		{
			displayName: 'API URL',
			name: 'apiUrl',
			type: 'string',
			default: '',
			placeholder: 'https://proxy.example.com',
			displayOptions: { show: { ...LIVE_MODES, otherAddresses: [true] } },
			description:
				"Stands in for scheme, host and port of all the venue's REST addresses; the paths stay. Empty keeps the venue's own.",
		},
		{
			displayName: 'Stream URL',
			name: 'streamUrl',
			type: 'string',
			default: '',
			placeholder: 'wss://proxy.example.com',
			displayOptions: { show: { ...LIVE_MODES, otherAddresses: [true] } },
			description: "The same for the venue's streams",
		},
	];
}
