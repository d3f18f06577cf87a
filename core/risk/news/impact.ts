import type { NewsRules } from './event';
import type { NewsImpact } from './news';

/** How feeds and people call the impacts. */
const WORDS: Readonly<Record<string, NewsImpact>> = {
	high: 'HIGH', '3': 'HIGH', red: 'HIGH', critical: 'HIGH', 'high impact': 'HIGH',
	medium: 'MEDIUM', moderate: 'MEDIUM', '2': 'MEDIUM', orange: 'MEDIUM', 'medium impact': 'MEDIUM',
	low: 'LOW', '1': 'LOW', green: 'LOW', yellow: 'LOW', none: 'LOW', '0': 'LOW', 'low impact': 'LOW',
	'non-economic': 'LOW', holiday: 'HOLIDAY', 'bank holiday': 'HOLIDAY',
};

/** What people may write, for advice. */
export const IMPACT_ADVICE = 'Write High, Medium, Low or Holiday.';

/** The impact that a word means; null: it means none. */
export function readImpact(text: string): NewsImpact | null {
	const word = text.trim().toLowerCase();
	return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : null;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether the words stand in the title by themselves, in any case; any space is as good as another. */
export function hasWords(title: string, words: string): boolean {
	const pattern = words.trim().split(/\s+/).map(escaped).join('\\s+');
	return new RegExp(`(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`, 'iu').test(title);
}

/** The impact that counts: a MEDIUM event with a title of weight is HIGH. Nothing is ever lowered. */
export function weighed(stated: NewsImpact, title: string, rules: NewsRules): NewsImpact {
	if (stated !== 'MEDIUM') return stated;
	return rules.highTitles.some((words) => hasWords(title, words)) ? 'HIGH' : 'MEDIUM';
}
