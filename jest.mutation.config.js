/** Mutation testing runs the suites of pure rules only: quick ones, without databases. */
const base = require('./jest.config.js');

const { globalSetup, globalTeardown, moduleNameMapper, ...rest } = base;

module.exports = {
	...rest,
	testMatch: [
		'<rootDir>/tests/core/orders/{exit-rules,order-state,protection-rules,replace-rules,terms-rules,positions,rules}.test.ts',
		'<rootDir>/tests/core/orders/reconcile/compare.test.ts',
		'<rootDir>/tests/core/risk/{gate,golden,properties,sizing}.test.ts',
		'<rootDir>/tests/core/risk/checks/*.test.ts',
	],
};
