import { textOf } from './answer';
import type { Answer, Params } from './library';

/** No account makes so many pages in the time that is asked for; more is a fault of the paging. */
const MOST_PAGES = 50;

const timeOf = (answer: Answer): number => Number(textOf(answer, 'timestamp') ?? 0);

/**
 * All pages of a list that begins at a time and goes upwards: the next page begins where this one
 * ends. What is on the border comes twice and is taken once.
 */
export async function upwards(
	since: number,
	pageSize: number,
	page: (since: number) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
	const byId = new Map<string, Answer>();
	let from = since;
	for (let number = 0; number < MOST_PAGES; number += 1) {
		const rows = await page(from);
		for (const row of rows) byId.set(textOf(row, 'id') ?? '', row);
		if (rows.length < pageSize) return [...byId.values()];
		const last = Math.max(...rows.map(timeOf));
		// A page of one millisecond only: the rest of it cannot be asked for by time.
		from = last > from ? last : from + 1;
	}
	throw new Error(`The venue's list has more than ${MOST_PAGES} pages.`);
}

/** Which part of the past a venue tells, and in which pieces; all in ms. */
export interface Pieces {
	readonly now: number;
	/** Longest span of one question. */
	readonly span: number;
	/** How far back the venue tells anything. */
	readonly oldest: number;
}

/** A list of a venue that tells the past in pieces of limited span only: piece after piece, till now. */
export async function pieces(
	since: number,
	{ now, span, oldest }: Pieces,
	list: (from: number, until: number) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
	const byId = new Map<string, Answer>();
	for (let from = Math.max(since, now - oldest); from <= now; from += span) {
		for (const row of await list(from, from + span)) byId.set(textOf(row, 'id') ?? '', row);
	}
	return [...byId.values()];
}

/** A list in one page, or by the library's own paging when it does not fit in. */
export async function whole(
	pageSize: number,
	list: (params: Params) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
	const first = await list({});
	if (first.length < pageSize) return first;
	return list({ paginate: true, paginationCalls: MOST_PAGES });
}

/** Rows of one answer of a venue that pages by offset. */
const OFFSET_PAGE = 50;

/** All pages of a list that is asked for by how many rows to leave out. */
export async function offsets(
	page: (offset: number) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
	const rows: Answer[] = [];
	for (let number = 0; number < MOST_PAGES; number += 1) {
		const next = await page(number * OFFSET_PAGE);
		rows.push(...next);
		if (next.length < OFFSET_PAGE) return rows;
	}
	throw new Error(`The venue's list has more than ${MOST_PAGES} pages.`);
}
