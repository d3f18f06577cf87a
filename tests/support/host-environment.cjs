/**
 * Node's environment plus the tools behind `npm start`. Those are ES modules, which jest's own
 * module system cannot load: they are loaded here, outside of it.
 */
const { TestEnvironment } = require('jest-environment-node');

module.exports = class HostEnvironment extends TestEnvironment {
	async setup() {
		await super.setup();
		this.global.firecontrolHost = await import('../../scripts/lib/index.mjs');
		this.global.firecontrolE2e = {
			...(await import('./instance.mjs')),
			...(await import('../../scripts/demo/send.mjs')),
			...(await import('../../scripts/demo/report.mjs')),
		};
	}
};
