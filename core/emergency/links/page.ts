import { createHash } from 'node:crypto';
import { isoTime } from '../../model';
import type { Impact, StopState, StopWish, TripStatus } from '../emergency';
import type { StopLink, StopLinkView } from './stop-link';

/** A page for a browser. */
export interface Page {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** HTML. */
	readonly body: string;
}

const STYLE = `
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;font:17px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#16181d}
main{max-width:32rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
h1{font-size:1.45rem;line-height:1.25;margin:.25rem 0 1rem}
p{margin:.6rem 0}
.brand{font-size:.8rem;letter-spacing:.08em;text-transform:uppercase;color:#5b6270}
dl{margin:1rem 0;padding:.25rem 1rem;background:#fff;border:1px solid #d9dce3;border-radius:.75rem}
dl div{display:flex;justify-content:space-between;gap:1rem;padding:.55rem 0;border-top:1px solid #eceef2}
dl div:first-child{border-top:0}
dt{color:#5b6270}
dd{margin:0;text-align:right;overflow-wrap:anywhere}
button{width:100%;padding:1rem;font:inherit;font-weight:700;border:0;border-radius:.75rem;color:#fff;background:#b3261e}
button:focus-visible{outline:3px solid #1a73e8;outline-offset:3px}
.note{font-size:.9rem;color:#5b6270}
@media (prefers-color-scheme:dark){
body{background:#14161a;color:#eceef2}
dl{background:#1d2026;border-color:#333843}dl div{border-color:#2a2e37}
dt,.brand,.note{color:#a3abb9}
}`;

/** Nothing is loaded, nothing runs, the form goes home, and no other page may frame this one. */
const POLICY = [
	"default-src 'none'",
	`style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
	'sandbox allow-forms',
].join('; ');

/** A time to the minute, for people. */
function clockTime(at: number): string {
	return `${isoTime(at).slice(0, 'YYYY-MM-DDTHH:mm'.length).replace('T', ' ')} UTC`;
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}

interface Parts {
	readonly title: string;
	readonly sentences: readonly string[];
	readonly facts?: readonly (readonly [label: string, value: string])[];
	/** The one thing that can be done here. */
	readonly press?: { readonly label: string; readonly confirmation?: string };
	readonly note?: string;
}

function render({ title, sentences, facts = [], press, note }: Parts, token: string): string {
	const list = facts.map(
		([label, value]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
	);
	const form =
		press === undefined
			? ''
			: `<form method="post"><input type="hidden" name="link" value="${escapeHtml(token)}">` +
				`<input type="hidden" name="confirmation" value="${escapeHtml(press.confirmation ?? '')}">` +
				`<button type="submit">${escapeHtml(press.label)}</button></form>`;
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8">',
		'<meta name="viewport" content="width=device-width,initial-scale=1">',
		`<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title>`,
		`<style>${STYLE}</style></head><body><main><p class="brand">Firecontrol</p>`,
		`<h1>${escapeHtml(title)}</h1>`,
		...sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
		list.length === 0 ? '' : `<dl>${list.join('')}</dl>`,
		form,
		note === undefined ? '' : `<p class="note">${escapeHtml(note)}</p>`,
		'</main></body></html>',
	].join('');
}

const DOES: Readonly<Record<StopState, string>> = {
	PAUSED: 'No new entries are made. Open positions keep their stops and targets.',
	REDUCING: 'No new entries are made and resting entries are cancelled. Open positions keep their exits.',
	FLATTENING: 'No new entries are made, resting entries are cancelled and every open position is closed at market.',
};

const VERB: Readonly<Record<StopState, string>> = {
	PAUSED: 'Pause trading',
	REDUCING: 'Pause trading and cancel entries',
	FLATTENING: 'Close everything',
};

function scopeWords({ scope, scopeId, symbol }: StopWish, who: string): string {
	switch (scope) {
		case 'global':
			return 'all trading';
		case 'tier':
			return `members of the tier ${String(scopeId)}`;
		case 'member':
			return `all accounts of ${who}`;
		case 'account':
			return `the account ${String(scopeId)}`;
		case 'symbol':
			return `${String(symbol)} on all accounts`;
		case 'account_symbol':
			return `${String(symbol)} on the account ${String(scopeId)}`;
	}
}

function impactFacts(impact: Impact): (readonly [string, string])[] {
	const worth = impact.notional.map(({ currency, amount }) => `${amount} ${currency}`).join(' + ');
	return [
		['Accounts with something open', String(impact.accounts)],
		['Open positions', String(impact.positions)],
		['At cost', worth === '' ? 'nothing' : worth],
		['Entries not filled', String(impact.workingOrders)],
	];
}

function statusFacts(status: TripStatus | null): (readonly [string, string])[] {
	if (status === null) return [];
	const { trip, flattening, rearmFrom } = status;
	const over = trip.clearedAt === null ? trip.state : `ended ${clockTime(trip.clearedAt)}`;
	return [
		['State', over],
		['Since', clockTime(trip.openedAt)],
		...(flattening === null ? [] : [['Closing', flattening.state] as const]),
		...(rearmFrom === null || trip.clearedAt !== null
			? []
			: [['Can go on from', clockTime(rearmFrom)] as const]),
		['Trip', trip.id],
	];
}

function linkFacts({ wish, expiresAt }: StopLink, who: string): (readonly [string, string])[] {
	return [
		['Stops', scopeWords(wish, who)],
		['Why', wish.reason],
		['Link valid until', clockTime(expiresAt)],
	];
}

const ONCE = 'Opening this page does nothing. The button works once.';

function partsOf(view: StopLinkView): Parts {
	switch (view.kind) {
		case 'forged':
			return {
				title: 'This link is not valid',
				sentences: ['It was not made here, or it was changed on the way. Nothing was stopped.'],
				note: 'Ask for a new link, or stop trading with the Kill Switch.',
			};
		case 'expired':
			return {
				title: 'This link has expired',
				sentences: [`It was valid until ${clockTime(view.expiresAt)}. Nothing was stopped.`],
				note: 'Ask for a new link, or stop trading with the Kill Switch.',
			};
		case 'used':
			return {
				title: 'This link was used already',
				sentences: [`It stopped trading at ${clockTime(view.usedAt)}. Pressing again changes nothing.`],
				facts: statusFacts(view.status),
			};
		case 'ready': {
			const { state } = view.link.wish;
			const flattens = state === 'FLATTENING';
			return {
				title: `${VERB[state]}?`,
				sentences: [DOES[state]],
				facts: [...linkFacts(view.link, view.who), ...impactFacts(view.impact)],
				press: { label: flattens ? 'Go on: you are asked once more' : VERB[state] },
				note: ONCE,
			};
		}
		case 'asks':
			return {
				title: 'Really close everything?',
				sentences: [DOES[view.link.wish.state], 'This cannot be taken back.'],
				facts: [...linkFacts(view.link, view.who), ...impactFacts(view.impact)],
				press: { label: 'Yes, close everything now', confirmation: view.confirmation.id },
				note: `Nothing has happened yet. This can be confirmed until ${clockTime(view.confirmation.expiresAt)}.`,
			};
		case 'stopped':
			return {
				title: view.link.wish.state === 'FLATTENING' ? 'Everything is being closed' : 'Trading is stopped',
				sentences: [DOES[view.link.wish.state]],
				facts: statusFacts(view.status),
				note: 'Going on needs a request and the phrase RESUME TRADING, half an hour after the stop at the earliest.',
			};
		case 'refused':
			return { title: 'Nothing was stopped', sentences: [view.message] };
	}
}

const STATUS: Readonly<Record<StopLinkView['kind'], number>> = {
	forged: 403, expired: 410, used: 409, ready: 200, asks: 200, stopped: 200, refused: 409,
};

/** The page of a link, with headers that let it do nothing but this. */
export function stopLinkPage(view: StopLinkView, token: string): Page {
	return {
		status: STATUS[view.kind],
		headers: {
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy': POLICY,
			'referrer-policy': 'no-referrer',
			'x-frame-options': 'DENY',
			'x-content-type-options': 'nosniff',
			'x-robots-tag': 'noindex',
			'cache-control': 'no-store',
		},
		body: render(partsOf(view), token),
	};
}
