import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/**
 * One PostgreSQL server serves each worker of the run: jest's global setup starts them and puts their
 * addresses into the environment; each suite makes a database of its own.
 */
function serverUrl(): string {
	const urls = process.env['FIRECONTROL_TEST_POSTGRES']?.split(' ') ?? [];
	const worker = Number(process.env['JEST_WORKER_ID'] ?? '1');
	const url = urls[(worker - 1) % urls.length];
	if (url === undefined) throw new Error('FIRECONTROL_TEST_POSTGRES is not set: jest.config.js names the global setup that starts PostgreSQL.');
	return url;
}

async function administer(sql: string): Promise<void> {
	const client = new Client({ connectionString: serverUrl() });
	await client.connect();
	try {
		await client.query(sql);
	} finally {
		await client.end();
	}
}

export async function createPostgresDatabase(): Promise<string> {
	const name = `fc_${randomBytes(6).toString('hex')}`;
	await administer(`create database ${name}`);
	const url = new URL(serverUrl());
	url.pathname = `/${name}`;
	return url.toString();
}

export async function dropPostgresDatabase(connectionString: string): Promise<void> {
	await administer(`drop database if exists ${new URL(connectionString).pathname.slice(1)} with (force)`);
}
