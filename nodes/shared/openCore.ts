import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { ICredentialDataDecryptedObject, INode, Logger } from 'n8n-workflow';
import { FirecontrolError, openCore as openCoreOf, type Core, type CoreConfig } from '../../core';
import { toNodeError } from './toNodeError';

/** What every n8n context has that a core needs: credentials, a log, the node to blame. */
export interface CoreSource {
	readonly logger: Logger;
	getCredentials(type: string): Promise<ICredentialDataDecryptedObject>;
	getNode(): INode;
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function databaseOf(credentials: ICredentialDataDecryptedObject): CoreConfig['database'] {
	if (credentials['client'] === 'postgres') {
		const connectionString = text(credentials['connectionString']);
		if (connectionString !== '') return { client: 'postgres', connectionString };
		throw new FirecontrolError(
			'CREDENTIAL_INCOMPLETE',
			'The Firecontrol Database credential names no connection string.',
		);
	}
	const file = text(credentials['file']);
	if (file === '') {
		throw new FirecontrolError(
			'CREDENTIAL_INCOMPLETE',
			'The Firecontrol Database credential names no file.',
		);
	}
	const userFolder = process.env['N8N_USER_FOLDER'] ?? homedir();
	return { client: 'sqlite', file: isAbsolute(file) ? file : join(userFolder, '.n8n', file) };
}

/** The core's configuration out of the Firecontrol Database credential. */
export function coreConfig(credentials: ICredentialDataDecryptedObject, log?: Logger): CoreConfig {
	return {
		database: databaseOf(credentials),
		encryptionKey: text(credentials['encryptionKey']),
		previousEncryptionKey: text(credentials['previousEncryptionKey']),
		replayFolder: process.env['FIRECONTROL_REPLAY_FOLDER'] ?? '',
		queueMode: process.env['EXECUTIONS_MODE'] === 'queue',
		...(log === undefined ? {} : { log: loggerOf(log) }),
	};
}

/** Plain functions over n8n's logger, so that nothing in the core holds a context. */
function loggerOf(logger: Logger): NonNullable<CoreConfig['log']> {
	return {
		info: (message, facts) => logger.info(message, { ...facts }),
		warn: (message, facts) => logger.warn(message, { ...facts }),
		error: (message, facts) => logger.error(message, { ...facts }),
	};
}

const CREDENTIAL = 'firecontrolDatabaseApi';
/**
 * How long a credential is used again before n8n is asked for it anew. Every asking is a query and a
 * decryption in n8n, which five nodes of one execution would each pay; a changed credential counts
 * after this long. Whether a workflow may use it, n8n checks at the start of each execution.
 */
const REUSE_MS = 5_000;
const opened = new Map<string, { readonly core: Core; readonly until: number }>();

/**
 * The core behind this node's Firecontrol Database credential: one per process and database, kept
 * open. @throws NodeApiError | NodeOperationError
 */
export async function openCore(ctx: CoreSource): Promise<Core> {
	const id = ctx.getNode().credentials?.[CREDENTIAL]?.id ?? null;
	const known = id === null ? undefined : opened.get(id);
	if (known !== undefined && performance.now() < known.until) return known.core;
	try {
		const credentials = await ctx.getCredentials(CREDENTIAL);
		const core = await openCoreOf(coreConfig(credentials, ctx.logger));
		if (id !== null) opened.set(id, { core, until: performance.now() + REUSE_MS });
		return core;
	} catch (error) {
		if (id !== null) opened.delete(id);
		throw toNodeError(ctx.getNode(), error);
	}
}
