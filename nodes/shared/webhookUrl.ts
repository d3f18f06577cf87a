import type { IExecuteFunctions } from 'n8n-workflow';

const DEFAULT_ENDPOINT = 'webhook';

/**
 * Where this n8n's webhooks are reached from outside, without a slash at the end: as given, as set
 * up by `WEBHOOK_URL`, or n8n's own address.
 */
export function webhookBase(ctx: Pick<IExecuteFunctions, 'getInstanceBaseUrl'>, given = ''): string {
	if (given !== '') return given.replace(/\/+$/, '');
	const outside = process.env['WEBHOOK_URL'] ?? '';
	const base = outside === '' ? ctx.getInstanceBaseUrl() : outside;
	const endpoint = process.env['N8N_ENDPOINT_WEBHOOK'] ?? DEFAULT_ENDPOINT;
	return `${base.replace(/\/+$/, '')}/${endpoint}`;
}
