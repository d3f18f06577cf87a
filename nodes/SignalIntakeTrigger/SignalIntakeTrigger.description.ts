import type { INodeProperties, IWebhookDescription } from 'n8n-workflow';

/** Paths under n8n's webhook base. Part of the HTTP contract. */
export const SIGNAL_PATH = 'firecontrol/signal';
export const FIRE_PATH = 'firecontrol/fire';
/** Pages of links that stop trading; signed, so that they need no key. */
export const STOP_PATH = 'firecontrol/stop';

/** Most signals of one execution. */
export const SIGNALS_PER_EXECUTION_MAX = 100;

/** Submit, follow, fire, stop: calls on one node. `isFullPath` keeps node ids out of the URLs. */
export const intakeWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: SIGNAL_PATH,
		isFullPath: true,
	},
	{
		name: 'default',
		httpMethod: 'GET',
		responseMode: 'onReceived',
		path: SIGNAL_PATH,
		isFullPath: true,
	},
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: FIRE_PATH,
		isFullPath: true,
	},
	{
		name: 'default',
		httpMethod: 'GET',
		responseMode: 'onReceived',
		path: STOP_PATH,
		isFullPath: true,
	},
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: STOP_PATH,
		isFullPath: true,
	},
];

export const intakeProperties: INodeProperties[] = [
	{
		// eslint-disable-next-line n8n-nodes-base/node-param-display-name-miscased-id -- a query field
		displayName:
			'POST a signal to …/firecontrol/signal, follow it by GET …/firecontrol/signal?id=…, fire a held ticket by POST …/firecontrol/fire. A signal is stored before it is answered; the workflow starts right after. Keys and scopes come from the Firecontrol Signal credential.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		// n8n would parse the body itself and answer malformed ones with an error of its own. At type
		// version 1 this value makes it leave the raw bytes to this node.
		displayName: 'Options',
		name: 'options',
		type: 'hidden',
		default: { binaryData: true },
	},
	{
		displayName: 'Advanced',
		name: 'advanced',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Signals per Execution',
				name: 'signalsPerExecution',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: SIGNALS_PER_EXECUTION_MAX },
				default: SIGNALS_PER_EXECUTION_MAX,
				description:
					'Most signals that one execution carries. Many at once are faster; one at a time gives each signal an execution of its own in the list.',
			},
		],
	},
];
