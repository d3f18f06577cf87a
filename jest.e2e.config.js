/** The suites that need a running n8n: one is started for all of them, in a fresh user folder. */
const base = require('./jest.config.js');

module.exports = {
	...base,
	testEnvironment: '<rootDir>/tests/support/host-environment.cjs',
	testMatch: ['<rootDir>/tests/e2e/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '/dist/'],
	globalSetup: '<rootDir>/tests/e2e/setup/start-n8n.cjs',
	globalTeardown: '<rootDir>/tests/e2e/setup/stop-n8n.cjs',
	maxWorkers: 1,
	testTimeout: 120_000,
};
