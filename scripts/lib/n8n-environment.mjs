import { freePort, isFree } from './ports.mjs';

/**
 * What n8n needs for a local run: loopback only, nothing sent or asked anywhere, and the two
 * settings of the expression engine that double the executions per second.
 */
const defaults = {
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: 'localhost',
	N8N_PROTOCOL: 'http',
	N8N_SECURE_COOKIE: 'false',
	N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true',
	N8N_EXPRESSION_ENGINE_COMPILE_CACHE: 'true',
	// No network: telemetry, news, banners, registries of templates, packages and MCP servers.
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
	// Only Code nodes in Python would need it, and it wants a virtual environment of its own.
	N8N_PYTHON_ENABLED: 'false',
	// n8n announces new defaults for these; naming them keeps its log quiet.
	N8N_RUNNERS_MODE: 'internal',
	N8N_RUNNERS_TASK_TIMEOUT: '60',
	N8N_COMPRESSION_NODE_MAX_DECOMPRESSED_SIZE_BYTES: String(256 * 1024 * 1024),
	N8N_COMPRESSION_NODE_MAX_ZIP_ENTRIES: '1000',
	// Executions are kept for a day: the record of trading is in Firecontrol's own tables.
	EXECUTIONS_DATA_PRUNE: 'true',
	EXECUTIONS_DATA_MAX_AGE: '24',
	// n8n's own default is New York: a news window typed without a zone would lock at another hour.
	GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
	N8N_LOG_LEVEL: 'info',
};

/** Defaults, then what the operator set, then what this run decides. */
export function n8nEnvironment({ userFolder, port, env = {} }) {
	const chosen = Object.fromEntries(
		Object.keys(defaults).map((name) => [name, process.env[name] ?? defaults[name]]),
	);
	return {
		...chosen,
		// Without it n8n opens itself to pages of any origin and shows stack traces, as for its own
		// developers; a test runner's NODE_ENV must not reach it either.
		NODE_ENV: 'production',
		N8N_USER_FOLDER: userFolder,
		N8N_PORT: String(port),
		...env,
	};
}

/** n8n's task broker has a port of its own, 5679 unless that is taken. */
export async function brokerPort() {
	const preferred = Number(process.env.N8N_RUNNERS_BROKER_PORT ?? 5679);
	return String((await isFree(preferred)) ? preferred : await freePort());
}
