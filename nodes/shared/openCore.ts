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

/**
 * The core behind this node's Firecontrol Database credential: one per process and database, kept
 * open. @throws NodeApiError | NodeOperationError
 */
export async function openCore(ctx: CoreSource): Promise<Core> {
	try {
		const credentials = await ctx.getCredentials('firecontrolDatabaseApi');
		return await openCoreOf(coreConfig(credentials, ctx.logger));
	} catch (error) {
		throw toNodeError(ctx.getNode(), error);
	}
}
