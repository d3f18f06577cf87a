/** Mutation testing runs the suites of pure rules only: quick ones, without databases. */
const base = require('./jest.config.js');

const { globalSetup, globalTeardown, moduleNameMapper, ...rest } = base;

module.exports = {
	...rest,
	testMatch: [
		'<rootDir>/tests/core/orders/order-state.test.ts',
		'<rootDir>/tests/core/orders/booking/positions.test.ts',
		'<rootDir>/tests/core/orders/entries/{replace-rules,terms-rules}.test.ts',
		'<rootDir>/tests/core/orders/exits/{exit-rules,exits}.test.ts',
		'<rootDir>/tests/core/orders/issues/issue-rules.test.ts',
		'<rootDir>/tests/core/orders/protection/protection-rules.test.ts',
		'<rootDir>/tests/core/orders/reconcile/compare.test.ts',
		'<rootDir>/tests/core/risk/{gate,golden,properties,sizing}.test.ts',
		'<rootDir>/tests/core/risk/behaviour/{losses,policy,tilt}.test.ts',
		'<rootDir>/tests/core/risk/checks/*.test.ts',
		'<rootDir>/tests/core/risk/watch/{rules,standing}.test.ts',
	],
};
