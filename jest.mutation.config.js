/** Mutation testing runs the suites of pure rules only: quick ones, without databases. */
const base = require('./jest.config.js');

const { globalSetup, globalTeardown, moduleNameMapper, ...rest } = base;

module.exports = {
	...rest,
	testMatch: ['<rootDir>/tests/core/orders/**/*.test.ts', '<rootDir>/tests/core/risk/**/*.test.ts'],
};
