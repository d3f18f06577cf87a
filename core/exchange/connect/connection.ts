import { isIP } from 'node:net';
import { z } from 'zod';
import type { Account, KeyRights, VenueKeys } from '../../members';
import { FirecontrolError, type AccountId, type Decimal, type Refused } from '../../model';

/** Where an account of a `Firecontrol Exchange` credential trades. */
export const CONNECTION_MODES = ['paper', 'sandbox', 'live'] as const;
export type ConnectionMode = (typeof CONNECTION_MODES)[number];

const URLS = { api: ['https:', 'http:'], stream: ['wss:', 'ws:'] } as const;
/** Docker's names of services, and machines of one's own network. */
const NEAR_NAME = /^(localhost|[a-z0-9_-]+|.+\.(local|internal|localhost))$/i;
const NEAR_ADDRESS = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/i;

function isNear(hostname: string): boolean {
	const bare = hostname.replace(/^\[|\]$/g, '');
	return isIP(bare) === 0 ? NEAR_NAME.test(bare) : NEAR_ADDRESS.test(bare);
}

/** What is wrong with an address that stands in for the venue's own, or null. */
function addressFault(text: string, kind: keyof typeof URLS): string | null {
	const [safe, plain] = URLS[kind];
	if (!URL.canParse(text)) return `This is no address. Use one such as ${safe}//proxy.example.`;
	const url = new URL(text);
	if (url.protocol !== safe && url.protocol !== plain) return `The address must begin with ${safe}//.`;
	if (url.username !== '' || url.password !== '') return 'The address must not hold a password.';
	if (url.protocol === plain && !isNear(url.hostname)) {
		return `Without encryption (${plain}//) only machines of your own network can be used.`;
	}
	return null;
}

const address = (kind: keyof typeof URLS) =>
	z
		.string()
		.trim()
		.nullish()
		.transform((text) => (text === undefined || text === null || text === '' ? null : text))
		.superRefine((text, context) => {
			const fault = text === null ? null : addressFault(text, kind);
			if (fault !== null) context.addIssue({ code: 'custom', message: fault });
		});

const optional = z
	.string()
	.trim()
	.nullish()
	.transform((text) => (text === undefined || text === null || text === '' ? null : text));

/** Venues whose keys come with a passphrase. */
const WITH_PASSPHRASE: ReadonlySet<string> = new Set(['okx']);
const PEM = /^(-----BEGIN [A-Z ]+-----)(.+)(-----END [A-Z ]+-----)$/s;

/**
 * A private key in PEM, as it was before a one-line field or a JSON file took its line ends: they
 * became `\n` in letters, or spaces. Other secrets stay as they are.
 */
function withLineEnds(secret: string): string {
	const found = PEM.exec(secret.replaceAll('\\n', '\n').trim());
	if (found === null) return secret;
	const [, begin = '', body = '', end = ''] = found;
	return [begin, ...body.split(/\s+/).filter((line) => line !== ''), end].join('\n');
}

const credentialSchema = z
	.object({
		venue: z
			.string('Choose a venue.')
			.trim()
			.toLowerCase()
			.regex(/^[a-z0-9]{2,40}$/, 'Choose a venue from the list.'),
		mode: z.enum(CONNECTION_MODES, `Choose one of ${CONNECTION_MODES.join(', ')}.`),
		apiKey: optional,
		secret: optional.transform((text) => (text === null ? null : withLineEnds(text))),
		passphrase: optional,
		apiUrl: address('api'),
		streamUrl: address('stream'),
	})
	.superRefine(({ venue, mode, apiKey, secret, passphrase }, context) => {
		if (mode === 'paper') return;
		const need = (field: 'apiKey' | 'secret' | 'passphrase', name: string): void =>
			context.addIssue({ code: 'custom', path: [field], message: `Enter the ${name} that the venue gave.` });
		if (apiKey === null) need('apiKey', 'key');
		if (secret === null) need('secret', 'secret');
		if (passphrase === null && WITH_PASSPHRASE.has(venue)) need('passphrase', 'passphrase of this key');
	});

/** A `Firecontrol Exchange` credential, checked. Holds secrets. */
export type VenueCredential = z.output<typeof credentialSchema>;

/**
 * Reads what a `Firecontrol Exchange` credential holds.
 * @throws FirecontrolError `CREDENTIAL_INCOMPLETE` naming every fault, never a value
 */
export function readVenueCredential(values: unknown): VenueCredential {
	const result = credentialSchema.safeParse(values);
	if (result.success) return result.data;
	const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
	throw new FirecontrolError(
		'CREDENTIAL_INCOMPLETE',
		`The Firecontrol Exchange credential is not complete. ${faults.join(' ')}`,
	);
}

/** What a look at an account at its venue tells. */
export interface VenueProbe {
	/** How many markets the venue lists. */
	readonly markets: number;
	/** Totals by asset. */
	readonly balances: Readonly<Record<string, Decimal>>;
	/** Null where the venue does not tell. */
	readonly canWithdraw: boolean | null;
	readonly canTrade: boolean | null;
}

/** Venue, keys and addresses with which a venue is asked. */
export interface ProbeTarget extends VenueKeys {
	readonly ccxtId: string;
	readonly mode: 'live' | 'sandbox';
	readonly apiUrl: string | null;
	readonly streamUrl: string | null;
}

/** An account as it is wanted. */
export interface ConnectWish {
	/** Handle or id of whose account it is. */
	readonly member: string;
	readonly credential: VenueCredential;
	/** Tells the accounts of a member apart; the venue's name when not given. */
	readonly label?: string | undefined;
	/** Currency of its money; only markets quoted in it can be traded. */
	readonly currency: string;
	/** IANA zone of the risk day; the member's own when not given. */
	readonly zone?: string | undefined;
	/** Play money of a paper account. */
	readonly startBalance?: string | undefined;
	/** Prices of a paper account: the public ones of the credential's venue, or the demo market's. */
	readonly prices: 'venue' | 'demo';
	/** Whether another key may take the place of the one that the account with this label has. */
	readonly replaceKey: boolean;
	readonly actor: string;
}

/** A connected account and what its venue said. */
export interface Connected {
	readonly kind: 'connected';
	readonly account: Account;
	readonly created: boolean;
	/** Whether another key took the place of an earlier one. */
	readonly replaced: boolean;
	/** Null of a paper account: nobody was asked. */
	readonly venue: { readonly markets: number; readonly assets: number; readonly rights: KeyRights } | null;
}

/** Accounts at venues. */
export interface Connections {
	/**
	 * Makes the account, or brings its keys up to date: the same member, venue and key again changes
	 * nothing else. Keys that may withdraw are refused where the venue tells. A live account cannot
	 * trade before its live switch is on. Refused: `ACCOUNT_CURRENCY`, `ACCOUNT_KEY_TAKEN`,
	 * `ACCOUNT_LABEL_TAKEN`, `VENUE_KEY_READ_ONLY`.
	 * @throws FirecontrolError `MEMBER_UNKNOWN`, `MEMBER_INVALID`, and what the probe throws
	 */
	connect(wish: ConnectWish): Promise<Connected | Refused>;
	/**
	 * Forgets the account's keys and takes it out of use; orders and trades stay on record.
	 * Refused: `ACCOUNT_UNKNOWN`, `ACCOUNT_BUSY`.
	 */
	disconnect(wish: { readonly accountId: AccountId; readonly actor: string }): Promise<Account | Refused>;
}
