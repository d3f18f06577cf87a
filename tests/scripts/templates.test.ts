/** @jest-environment ./tests/support/host-environment.cjs */
import { host } from '../support/host';

const installation = { id: '5f0c2c8e-1f0e-4f5e-9d5e-0d3f1c3a7b11' };
const types = {
	'n8n-nodes-firecontrol.signalIntakeTrigger': {
		credentials: ['firecontrolDatabaseApi', 'firecontrolSignalApi'],
		webhooks: true,
	},
	'n8n-nodes-firecontrol.notifier': {
		credentials: ['firecontrolDatabaseApi', 'smtp'],
		webhooks: false,
	},
};
const credentials = [
	{ id: 'db', name: 'Firecontrol Database', type: 'firecontrolDatabaseApi' },
	{ id: 'sig', name: 'Firecontrol Signal', type: 'firecontrolSignalApi' },
];
const node = (name: string, type: string) => ({ id: name, name, type, parameters: {} });
const template = {
	name: 'Template',
	active: true,
	nodes: [
		node('Intake', 'n8n-nodes-firecontrol.signalIntakeTrigger'),
		node('Notifier', 'n8n-nodes-firecontrol.notifier'),
		node('Webhook', 'n8n-nodes-base.webhook'),
		node('Note', 'n8n-nodes-base.stickyNote'),
	],
	connections: {},
};
const link = (id = installation.id) =>
	host.linkTemplate(template, { name: '01-template', installation: { id }, credentials, types });

describe('a template linked for import', () => {
	const byName = (name: string) => link().nodes.find((linked) => linked.name === name);

	it('gets exactly the credentials that its node types declare and that exist', () => {
		expect(byName('Intake')?.credentials).toEqual({
			firecontrolDatabaseApi: { id: 'db', name: 'Firecontrol Database' },
			firecontrolSignalApi: { id: 'sig', name: 'Firecontrol Signal' },
		});
		expect(byName('Notifier')?.credentials).toEqual({
			firecontrolDatabaseApi: { id: 'db', name: 'Firecontrol Database' },
		});
		expect(byName('Note')).not.toHaveProperty('credentials');
	});

	it('gets a webhook id on every node with webhooks, without which n8n would change the path', () => {
		const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
		expect(byName('Intake')?.webhookId).toMatch(uuid);
		expect(byName('Webhook')?.webhookId).toMatch(uuid);
		expect(byName('Intake')?.webhookId).not.toBe(byName('Webhook')?.webhookId);
		expect(byName('Notifier')).not.toHaveProperty('webhookId');
	});

	it('has the same ids at every start and others in another installation', () => {
		expect(link()).toEqual(link());
		expect(link().id).toMatch(/^[0-9a-f]{16}$/);
		expect(link('another').id).not.toBe(link().id);
	});

	it('leaves the template itself as it is and imports it inactive', () => {
		expect(link().active).toBe(false);
		expect(template.active).toBe(true);
		expect(template).not.toHaveProperty('id');
		expect(template.nodes[0]).not.toHaveProperty('credentials');
	});
});

describe('which templates the first start publishes', () => {
	const files: string[] = host.templateFiles();

	it('every one but those that need what only an operator has: an account at a venue, a calendar', () => {
		const left = files.filter((file) => !host.isPublished(file)).map((file) => file.replace(/^.*\//, ''));
		expect(left).toEqual(['04-live-order-desk.json', '08-news-lockout.json']);
		expect(files.length).toBeGreaterThan(left.length);
	});

	it('goes by the name of the file, wherever it lies', () => {
		expect(host.isPublished('/somewhere/else/04-live-order-desk.json')).toBe(false);
		expect(host.isPublished('04-live-order-desk-copy.json')).toBe(true);
	});
});
