import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { isRefused, type AuditFilter, type Core } from '../../../core';
import { memberIdOf } from '../../shared/listSearch';
import type { OutputItem } from '../../shared/runItems';
import { refusedError } from '../../shared/toNodeError';
import { ALL_MAX, type AuditCommand, type FilterWish } from '../AuditTrail.params';
import { exportTrail } from './export';
import { dayItem, entryItem, reportItem, retentionItem } from './items';

const PAGE = 1_000;

async function filterOf(
	ctx: IExecuteFunctions,
	core: Core,
	{ member, ...filter }: FilterWish,
	itemIndex: number,
): Promise<AuditFilter> {
	return member === null ? filter : { ...filter, memberId: await memberIdOf(ctx, core, member, itemIndex) };
}

async function query(
	ctx: IExecuteFunctions,
	core: Core,
	command: Extract<AuditCommand, { readonly kind: 'query' }>,
): Promise<OutputItem[]> {
	const { order, limit, itemIndex } = command;
	const filter = await filterOf(ctx, core, command.filter, itemIndex);
	const items: OutputItem[] = [];
	let waiting: OutputItem[] = [];
	for (let after = command.after, first = true; first || after !== null; first = false) {
		const page = await core.audit.page({ filter, order, after, limit: Math.min(PAGE, limit - items.length) });
		items.push(...page.entries.map((entry) => ({ json: entryItem(entry) })));
		if (first && command.waiting) waiting = page.waiting.map((entry) => ({ json: entryItem(entry) }));
		after = items.length < limit ? page.next : null;
		if (command.all && items.length >= limit && page.next !== null) {
			throw new NodeOperationError(ctx.getNode(), `More than ${ALL_MAX} rows were found.`, {
				itemIndex,
				description: 'Narrow the filters, or use Export for as many as there are.',
			});
		}
	}
	return order === 'newest' ? [...waiting, ...items].slice(0, limit) : [...items, ...waiting.reverse()].slice(0, limit);
}

async function verify(
	ctx: IExecuteFunctions,
	core: Core,
	{ from, through, known, failWhenBroken, itemIndex }: Extract<AuditCommand, { readonly kind: 'verify' }>,
): Promise<OutputItem> {
	const report = await core.audit.verify({ from, through, known });
	if (report.fault !== null && failWhenBroken) {
		throw new NodeOperationError(ctx.getNode(), report.fault.message, {
			itemIndex,
			description: `Code AUDIT_BROKEN (${report.fault.kind}, row ${report.fault.number})`,
		});
	}
	return { json: reportItem(report) };
}

async function deleteExpired(
	core: Core,
	{ actor, days, reason }: Extract<AuditCommand, { readonly kind: 'deleteExpired' }>,
): Promise<OutputItem> {
	const { removed, through, waiting } = await core.audit.removeExpired({ actor, days, reason });
	return { json: { removed, removed_through: through, waiting, ...retentionItem(await core.audit.retention()) } };
}

/** One item of the node. */
export async function run(
	ctx: IExecuteFunctions,
	core: Core,
	command: AuditCommand,
): Promise<OutputItem | OutputItem[]> {
	switch (command.kind) {
		case 'query':
			return query(ctx, core, command);
		case 'verify':
			return verify(ctx, core, command);
		case 'export':
			return exportTrail(ctx, core, command, await filterOf(ctx, core, command.filter, command.itemIndex));
		case 'retention':
			return { json: retentionItem(await core.audit.retention()) };
		case 'deleteExpired':
			return deleteExpired(core, command);
		case 'getToday': {
			const today = await core.compliance.today(command.accountId);
			if (isRefused(today)) throw refusedError(ctx.getNode(), today, command.itemIndex);
			return { json: dayItem(today) };
		}
		case 'getDays': {
			const days = await core.compliance.days(command);
			return days.map((day) => ({ json: dayItem(day) }));
		}
	}
}
