/**
 * n8n's own rules for community nodes, typescript-eslint, and the directions of the architecture.
 * Every exception says why.
 */
import eslint from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { importX } from 'eslint-plugin-import-x';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

/** Lowest first: a feature may import only features before it, through their index.ts. */
const FEATURES = [
	'model', 'db', 'audit', 'events', 'safety', 'members', 'signals', 'exchange', 'orders', 'readiness', 'risk',
	'compliance', 'emergency',
	'firemodes', 'xp', 'notifications', 'engine', 'follow',
];

const NODE_GLOBALS = Object.fromEntries(
	[
		'AbortController', 'AbortSignal', 'Buffer', 'URL', 'URLSearchParams', 'TextDecoder',
		'TextEncoder', 'clearInterval', 'clearTimeout', 'console', 'fetch', 'performance', 'process',
		'setImmediate', 'setInterval', 'setTimeout', 'structuredClone', 'queueMicrotask',
	].map((name) => [name, 'readonly']),
);
const COMMONJS_GLOBALS = { require: 'readonly', module: 'writable', exports: 'writable', __dirname: 'readonly' };

const oneOf = (names) => `(${names.join('|')})`;
const above = (feature) => FEATURES.slice(FEATURES.indexOf(feature) + 1);

const NO_N8N = { regex: '^(n8n-|@n8n/)', message: 'The core knows nothing of n8n.' };
const NO_KNEX = {
	regex: '^(knex|pg)(/|$)',
	message: 'SQL lives in core/db, *.repository.ts and *.queries.ts.',
};
const NO_SENDERS = {
	regex: '^(nodemailer|web-push|ccxt|stripe)(/|$)',
	message: 'Each of these libraries has one file of its own.',
};

/** What a file of a core feature may not import. */
function forbidden(feature, { sql = false, senders = false } = {}) {
	const later = above(feature);
	return {
		'no-restricted-imports': [
			'error',
			{
				patterns: [
					NO_N8N,
					...(sql ? [] : [NO_KNEX]),
					...(senders ? [] : [NO_SENDERS]),
					...(later.length === 0
						? []
						: [{
								regex: `^(\\.\\./)+${oneOf(later)}(/|$)`,
								message: `core/${feature} stands below this feature.`,
							}]),
					{
						regex: `^(\\.\\./)+${oneOf(FEATURES.filter((name) => name !== feature))}/.`,
						message: 'Only through the index.ts of the feature.',
					},
					{ regex: '^(\\.\\./)+(nodes|credentials)(/|$)', message: 'The core knows no nodes.' },
				],
			},
		],
	};
}

const directions = FEATURES.flatMap((feature) => [
	{ files: [`core/${feature}/**/*.ts`], rules: forbidden(feature, { sql: feature === 'db' }) },
	{
		files: [`core/${feature}/**/*.repository.ts`, `core/${feature}/**/*.queries.ts`],
		rules: forbidden(feature, { sql: true }),
	},
]);

export default tseslint.config(
	{
		ignores: [
			'dist/', 'node_modules/', 'docker/host/', '.cache/', '.n8n-data/', '.node/', 'coverage/',
			'reports/', '.stryker-tmp/',
		],
	},
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{
		files: ['**/*.{ts,mjs,cjs,js}'],
		extends: [eslint.configs.recommended, tseslint.configs.recommended],
		plugins: { 'import-x': importX },
		rules: {
			eqeqeq: 'error',
			'prefer-const': 'error',
			'no-console': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_$', ignoreRestSiblings: true },
			],
			// What senders and venues write is cleaned of control characters, by name.
			'no-control-regex': 'off',
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
		},
	},
	{
		files: ['**/*.{mjs,cjs,js}'],
		languageOptions: { globals: NODE_GLOBALS },
	},
	{
		files: ['**/*.{cjs,js}'],
		languageOptions: { sourceType: 'commonjs', globals: COMMONJS_GLOBALS },
		rules: { '@typescript-eslint/no-require-imports': 'off' },
	},
	{
		files: ['core/**/*.ts', 'nodes/**/*.ts', 'credentials/**/*.ts'],
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
			'import-x/no-default-export': 'error',
			'max-lines': ['error', { max: 300 }],
			'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
		},
	},
	{
		// The one file that may cast: brands are made there.
		files: ['core/model/brand.ts'],
		rules: { '@typescript-eslint/consistent-type-assertions': 'off' },
	},
	{
		files: ['core/**/*.ts'],
		rules: {
			'no-restricted-globals': ['error', { name: 'setInterval', message: 'The engine schedules.' }],
			'no-restricted-syntax': [
				'error',
				{
					selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
					message: 'Take the time from the Clock port.',
				},
				{
					selector: "NewExpression[callee.name='Date'][arguments.length=0]",
					message: 'Take the time from the Clock port.',
				},
				{
					selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
					message: 'Take chance from the Rng port.',
				},
			],
		},
	},
	{
		// The system's own clock is where the Clock port meets the world.
		files: ['core/model/clock.ts'],
		rules: { 'no-restricted-syntax': 'off' },
	},
	{
		// A migration is a list of columns.
		files: ['core/db/migrations/*.ts'],
		rules: { 'max-lines-per-function': 'off' },
	},
	...directions,
	{
		// knex's dialects have no types and no ES modules.
		files: ['core/db/sqlite-client.ts'],
		rules: { '@typescript-eslint/no-require-imports': 'off' },
	},
	{
		// The one file that knows ccxt loads it when a venue is first used, not with the node.
		files: ['core/exchange/ccxt/client.ts'],
		rules: { '@typescript-eslint/no-require-imports': 'off' },
	},
	{
		files: ['core/notifications/channels/{email,push}.ts'],
		rules: forbidden('notifications', { senders: true }),
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		rules: {
			...n8nNodesBase.configs.nodes.rules,
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{ regex: '/core/.', message: 'Nodes know the core only through core/index.ts.' },
						NO_KNEX,
						NO_SENDERS,
						{ regex: '^(node:)?crypto$', message: 'Cryptography lives in the core.' },
						{ regex: '^n8n-(core|nodes-base)', message: 'A second copy of these is another n8n.' },
					],
				},
			],
			// Wants the list of outputs written out in the class; ours are named constants, or depend on
			// the operation.
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-inputs-wrong-trigger-node': 'off',
		},
	},
	{
		files: ['credentials/**/*.ts'],
		rules: {
			...n8nNodesBase.configs.credentials.rules,
			// Wants a name of a page on n8n's own site; community packs have an address.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},
	{
		...n8nCommunityNodesPlugin.configs.recommendedWithoutN8nCloudSupport,
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'package.json'],
	},
	{
		files: ['package.json'],
		extends: [tseslint.configs.base],
		languageOptions: { parserOptions: { extraFileExtensions: ['.json'] } },
		rules: {
			// A self-hosted pack: knex, pg, nodemailer and web-push are its point.
			'@n8n/community-nodes/no-runtime-dependencies': 'off',
		},
	},
	{
		// Command lines and test reports speak to a terminal.
		files: ['scripts/**/*.{mjs,cjs}', 'tests/**/*.{ts,mjs,cjs}', 'docker/**/*.mjs'],
		rules: { 'no-console': 'off' },
	},
	{
		files: ['tests/**/*.ts'],
		rules: {
			'@typescript-eslint/no-require-imports': 'off',
			'@typescript-eslint/no-explicit-any': 'off',
		},
	},
);
