import { shorten } from '../model';
import type { Alert } from './notification';

const MARKDOWN_V2_RESERVED = /[_*[\]()~`>#+\-=|{}.!\\]/g;
/** Telegram takes 4096 characters after its entities are parsed; the rest is room for marks. */
const TELEGRAM_TEXT_MAX = 3_800;
/** Longest title, also as the subject of an e-mail. */
export const TITLE_MAX = 150;
const HTML_ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};
/** Control characters, line and paragraph separators, and marks that turn the writing direction. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Said when an earlier try may have arrived although no answer came. */
export const REPEAT_NOTE = 'Sent again: an earlier try got no answer, so you may have this already.';

/** Text without halves of characters, which cutting may leave and encoders refuse. */
export function wellFormed(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** User text on one line, without characters that break headers or turn text around, cut short. */
export function oneLine(text: string, length: number): string {
	return wellFormed(shorten(text.replace(UNPRINTABLE, ' ').trim(), length));
}

/** Text in which HTML sees no markup, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => HTML_ENTITIES[character] ?? '');
}

/** Text in which Telegram's MarkdownV2 sees no markup, outside code and links. */
export function escapeMarkdownV2(text: string): string {
	return text.replace(MARKDOWN_V2_RESERVED, (character) => `\\${character}`);
}

function sentences(alert: Alert): string[] {
	return [alert.happened, alert.meaning, alert.action].filter((line) => line !== null);
}

/** The alert as plain text without its title: a note, sentences, then one line a fact. */
export function toText(alert: Alert, note: string | null = null): string {
	const facts = alert.facts.map(({ label, value }) => `${label}: ${value}`);
	const lines = [...(note === null ? [] : [note]), ...sentences(alert)];
	return [...lines, ...(facts.length > 0 ? ['', ...facts] : [])].join('\n');
}

/** The alert as a small, self-contained HTML page. */
export function toHtml(alert: Alert, note: string | null): string {
	const paragraphs = [...(note === null ? [] : [note]), ...sentences(alert)]
		.map((line) => `<p style="margin:0 0 8px">${escapeHtml(line)}</p>`)
		.join('');
	const rows = alert.facts
		.map(
			({ label, value }) =>
				`<tr><td style="padding:2px 16px 2px 0;color:#555">${escapeHtml(label)}</td>` +
				`<td style="padding:2px 0">${escapeHtml(value)}</td></tr>`,
		)
		.join('');
	return (
		'<!doctype html><html lang="en"><head><meta charset="utf-8">' +
		`<title>${escapeHtml(alert.title)}</title></head>` +
		'<body style="font:15px/1.45 system-ui,sans-serif;color:#111">' +
		`<h1 style="font-size:18px;margin:0 0 12px">${escapeHtml(alert.title)}</h1>${paragraphs}` +
		`${rows === '' ? '' : `<table style="border-collapse:collapse;margin-top:8px">${rows}</table>`}` +
		'</body></html>'
	);
}

/** The alert in Telegram's MarkdownV2: bold title, then the text, everything escaped. */
export function toMarkdownV2(alert: Alert, note: string | null): string {
	const body = wellFormed(shorten(toText(alert, note), TELEGRAM_TEXT_MAX));
	return `*${escapeMarkdownV2(oneLine(alert.title, TITLE_MAX))}*\n${escapeMarkdownV2(body)}`;
}
