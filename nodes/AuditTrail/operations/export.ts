import { Readable } from 'node:stream';
import type { IExecuteFunctions } from 'n8n-workflow';
import { manifestText, type AuditFilter, type Core } from '../../../core';
import type { OutputItem } from '../../shared/runItems';
import type { AuditCommand } from '../AuditTrail.params';

const MANIFEST = 'manifest';

/** The file and its manifest as binary fields; read row by row, however large the trail. */
export async function exportTrail(
	ctx: IExecuteFunctions,
	core: Core,
	command: Extract<AuditCommand, { readonly kind: 'export' }>,
	filter: AuditFilter,
): Promise<OutputItem> {
	const { format, first, last, field, actor } = command;
	const made = await core.audit.export({ filter, format, first, last, exportedBy: actor });
	const file = await ctx.helpers.prepareBinaryData(Readable.from(made.chunks), made.fileName, made.mimeType);
	const manifest = made.manifest();
	const text = Buffer.from(manifestText(manifest), 'utf8');
	const name = `${made.fileName}.${MANIFEST}.json`;
	const { filter: asked, how_to_verify: _recipe, ...rest } = manifest;
	return {
		json: { ...rest, filter: { ...asked } },
		binary: {
			[field]: file,
			[MANIFEST]: await ctx.helpers.prepareBinaryData(text, name, 'application/json'),
		},
	};
}
