import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { DAY, MANUAL_SOURCE } from '../../core';
import { openCore } from '../shared/openCore';
import { timeOf } from '../shared/items';

const AHEAD = 400 * DAY;
const LIMIT = 200;

/** Minutes are enough to tell entries of a list apart. */
const shown = (at: number): string => (timeOf(at) ?? '').slice(0, 16).replace('T', ' ');

const found = (items: INodeListSearchItems[], filter = ''): INodeListSearchResult => {
	const wanted = filter.toLowerCase();
	return { results: items.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted)) };
};

/** Windows that people added and that are not over, for the editor's list. */
export async function searchWindows(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	const core = await openCore(this);
	const now = core.kernel.clock.now();
	const events = await core.news.list({ from: now, until: now + AHEAD, source: MANUAL_SOURCE, limit: LIMIT });
	return found(
		events.map(({ id, title, currencies, startsAt, endsAt }) => ({
			name: `${title} (${currencies.join(', ')}, ${shown(startsAt)} – ${shown(endsAt)} UTC)`,
			value: id,
		})),
		filter,
	);
}

/** Sources of the calendar, for the editor's list. */
export async function searchSources(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	const core = await openCore(this);
	return found(
		(await core.news.sources()).map(({ name, refreshedAt }) => ({
			name: `${name} (${refreshedAt === null ? 'never answered' : `refreshed ${shown(refreshedAt)} UTC`})`,
			value: name,
		})),
		filter,
	);
}
