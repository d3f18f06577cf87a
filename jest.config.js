/**
 * All suites run through swc (types are checked apart, by tsc). Suites that need n8n's engine take
 * n8n-core and n8n-workflow from the pinned host, so that tests and the running product agree.
 */
const path = require('node:path');

const host = path.join(__dirname, 'docker', 'host', 'node_modules');

module.exports = {
	rootDir: __dirname,
	testEnvironment: 'node',
	testMatch: ['<rootDir>/tests/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '/dist/', '/tests/e2e/'],
	modulePathIgnorePatterns: [
		'<rootDir>/dist/',
		'<rootDir>/.cache/',
		'<rootDir>/.node/',
		'<rootDir>/.n8n-data/',
		'<rootDir>/docker/',
	],
	watchman: false,
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
				module: { type: 'commonjs' },
				sourceMaps: 'inline',
			},
		],
		'/node_modules/(@noble|@scure)/.+\\.js$': [
			'@swc/jest',
			{ jsc: { target: 'es2023' }, module: { type: 'commonjs' } },
		],
	},
	// ccxt requires libraries that are ES modules only, which jest does not load untransformed.
	transformIgnorePatterns: ['/node_modules/(?!(@noble|@scure)/)'],
	moduleNameMapper: {
		'^n8n-workflow$': path.join(host, 'n8n-workflow'),
		'^n8n-core$': path.join(host, 'n8n-core'),
	},
	globalSetup: '<rootDir>/tests/support/global-setup.ts',
	globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
	testTimeout: 60_000,
};
