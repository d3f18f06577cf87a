import fc from 'fast-check';
import {
	escapeHtml,
	escapeMarkdownV2,
	oneLine,
	toHtml,
	toMarkdownV2,
	toText,
	wellFormed,
} from '../../../core/notifications/text';
import { alertWith } from '../../support/alerts';
import { readMarkdownV2 } from '../../support/fake-telegram';

const text = fc.oneof(
	fc.string({ unit: 'grapheme' }),
	fc.string({ unit: fc.constantFrom(...'_*[]()~`>#+-=|{}.!\\<&"\'a1 '.split('')) }),
);

describe('Telegram MarkdownV2', () => {
	it.each([...'_*[]()~`>#+-=|{}.!\\'])('escapes %s', (character) => {
		expect(escapeMarkdownV2(`a${character}b`)).toBe(`a\\${character}b`);
	});

	it('leaves all else as it is', () => {
		const plain = 'Größe 5 € @name $1 100% a:b;c,d "q" \'s\' ^ & / ? <';
		expect(escapeMarkdownV2(plain)).toBe(plain);
	});

	it('brings any text through Telegram unchanged', () => {
		fc.assert(
			fc.property(text, (value) => {
				expect(readMarkdownV2(escapeMarkdownV2(value))).toEqual({ text: value, bold: [] });
			}),
		);
	});

	it('is always well-formed, with the title alone in bold', () => {
		fc.assert(
			fc.property(text, text, text, (title, happened, value) => {
				const alert = alertWith({ title, happened, facts: [{ label: 'Note', value }] });
				const read = readMarkdownV2(toMarkdownV2(alert, null));
				expect(read.bold).toEqual([oneLine(title, 150)]);
				expect(read.text.endsWith(wellFormed(value))).toBe(true);
			}),
		);
	});

	it('stays under what Telegram takes, whatever is escaped', () => {
		const long = alertWith({ happened: '!'.repeat(5_000), meaning: '😀'.repeat(3_000) });
		const read = readMarkdownV2(toMarkdownV2(long, 'note'));
		expect(read.text.length).toBeLessThanOrEqual(4_096);
		expect(read.text).not.toMatch(/\p{Surrogate}/u);
	});
});

describe('HTML', () => {
	it('lets no markup through, in elements or attributes', () => {
		expect(escapeHtml(`<img src=x onerror="a('b')">&amp;`)).toBe(
			'&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;',
		);
		fc.assert(
			fc.property(text, text, (happened, value) => {
				const html = toHtml(alertWith({ happened, title: value, facts: [{ label: value, value }] }), null);
				const tags = new Set((html.match(/<\/?[a-z!][^>]*>/gi) ?? []).map((tag) => tag.split(/[\s>]/)[0]));
				const own = ['<!doctype', '<html', '<head', '<meta', '<title', '</title', '</head', '<body',
					'<h1', '</h1', '<p', '</p', '<table', '<tr', '<td', '</td', '</tr', '</table', '</body', '</html'];
				expect([...tags].filter((tag) => !own.includes(tag ?? ''))).toEqual([]);
				expect(html).toContain(escapeHtml(happened));
			}),
		);
	});
});

describe('plain text', () => {
	it('says what happened, what it means and what to do, then the numbers', () => {
		expect(toText(alertWith({ action: 'Rest.' }))).toBe(
			'Your buy of 0.005 BTC was closed by its stop at 59,800 USDT.\n' +
				'Loss: -10.12 USDT after 0.60 USDT fees. The plan was kept.\nRest.\n\n' +
				'Entry: 60,250.5 USDT\nNet: -10.12 USDT',
		);
	});

	it('puts user text on one line, without control characters or marks that turn text around', () => {
		expect(oneLine('a\r\nBcc: x@y.z\u0000\u2028b\u202e\u2066c', 50)).toBe('a Bcc: x@y.z b c');
		expect(oneLine('😀😀', 2)).toBe('\ufffd…');
		expect(oneLine('x'.repeat(60), 10)).toBe(`${'x'.repeat(9)}…`);
	});
});
