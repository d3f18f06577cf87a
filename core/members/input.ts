import { z } from 'zod';
import {
	decimal,
	gt,
	isStorableDecimal,
	OFFERED_FIRE_MODES,
	TIERS,
	ZERO,
	type Decimal,
} from '../model';
import { isZone } from './days';
import type { MemberChannels } from './member';
import { memberInvalid, violationsOf } from './members.errors';

const HANDLE = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const CURRENCY = /^[A-Z0-9]{2,10}$/;
const EMAIL = /^[^\s@<>",;:()]{1,64}@[^\s@<>",;:()]{1,190}$/;
/** A numeric chat id, negative for groups, or a public @name. */
const CHAT = /^(-?\d{1,20}|@[A-Za-z0-9_]{4,32})$/;
const P256DH_BYTES = 65;
const AUTH_BYTES = 16;

const list = (values: readonly string[]): string => values.join(', ');

const handle = z
	.string('Give a handle as text.')
	.trim()
	.toLowerCase()
	.regex(HANDLE, 'Use 1 to 64 of a-z, 0-9, ".", "_" and "-", beginning with a letter or digit.')
	.refine((text) => !text.startsWith('mbr_'), 'A handle must not look like a member id.');

const zone = z
	.string('Give a time zone as text.')
	.refine(isZone, 'This is no time zone. Use a name such as Europe/Berlin or UTC.');

const tier = z.enum(TIERS, `Choose one of ${list(TIERS)}.`);

const label = z
	.string('Give a label as text.')
	.trim()
	.min(1, 'Give a label of 1 to 64 characters.')
	.max(64, 'Give a label of 1 to 64 characters.');

const currency = z
	.string('Give a currency as text.')
	.regex(CURRENCY, 'Use the code of a currency in capitals, such as USDT or USD.');

const balance = z
	.union([z.string(), z.number()], 'Give a balance above 0, such as "10000".')
	.transform((value): string => String(value).trim())
	.refine(
		(text) => isStorableDecimal(text) && gt(text, ZERO),
		'Give a balance above 0 with at most 20 digits before the point and 18 behind it.',
	)
	.transform((text): Decimal => decimal(text));

const upsertSchema = z.strictObject(
	{
		handle,
		displayName: z
			.string('Give a name as text.')
			.trim()
			.min(1, 'Give a name of 1 to 120 characters.')
			.max(120, 'Give a name of 1 to 120 characters.')
			.optional(),
		zone: zone.optional(),
		status: z.enum(['active', 'inactive'], 'Choose active or inactive.').optional(),
		tier: tier.optional(),
		fireMode: z
			.enum(
				OFFERED_FIRE_MODES,
				`Choose one of ${list(OFFERED_FIRE_MODES)}; the others are not available yet.`,
			)
			.optional(),
		autoSlots: z
			.int('Give a whole number from 0 to 3.')
			.min(0, 'Give a whole number from 0 to 3.')
			.max(3, 'Give a whole number from 0 to 3.')
			.optional(),
		email: z
			.string('Give an address as text.')
			.trim()
			.regex(EMAIL, 'This is no e-mail address. Use one such as name@example.org.')
			.nullable()
			.optional(),
		telegramChatId: z
			.union([z.string(), z.int()], 'Give the number of the chat.')
			.transform((value) => String(value).trim())
			.refine(
				(text) => CHAT.test(text),
				'Give the number of the chat, or the @name of a public one.',
			)
			.nullable()
			.optional(),
		channels: z
			.strictObject(
				{
					email: z.boolean('Say true or false.').optional(),
					push: z.boolean('Say true or false.').optional(),
					telegram: z.boolean('Say true or false.').optional(),
				},
				'Give the switches email, push and telegram only.',
			)
			.optional(),
		paperAccount: z
			.strictObject(
				{
					label: label.optional(),
					balance: balance.optional(),
					currency: currency.optional(),
					zone: zone.optional(),
					quoteSource: z
						.string('Give the source of prices as text.')
						.regex(
							/^(demo|ccxt:[a-z0-9.@:[\]-]{2,80}|file:[a-z0-9_-]{1,40})$/,
							'Use "demo", "ccxt:" and the name of a venue, or "file:" and the name of a recording.',
						)
						.optional(),
					// Read by the paper venue, which knows what can be simulated.
					simulation: z.unknown().optional(),
					simulationIfNew: z.record(z.string(), z.unknown()).optional(),
				},
				'Give label, balance, currency, zone, quoteSource, simulation and simulationIfNew only.',
			)
			.optional(),
		actor: z.string('Say who asks.').min(1, 'Say who asks.'),
	},
	'There is a field that members do not have.',
);

/**
 * A member as wanted. What is not given stays as it is, or takes its default in a new member; null
 * takes an address away. Words are checked when read, so that nodes may pass what people typed.
 */
export interface MemberInput {
	readonly handle: string;
	readonly displayName?: string | undefined;
	/** IANA name; UTC in a new member. */
	readonly zone?: string | undefined;
	readonly status?: string | undefined;
	/** PRESS_PASS in a new member. */
	readonly tier?: string | undefined;
	readonly fireMode?: string | undefined;
	readonly autoSlots?: number | undefined;
	readonly email?: string | null | undefined;
	readonly telegramChatId?: string | number | null | undefined;
	readonly channels?: Partial<MemberChannels> | undefined;
	/** Asks for a paper account; one with this label (default `paper`) is left as it is. */
	readonly paperAccount?: PaperAccountInput | undefined;
	readonly actor: string;
}

/** A paper account to have. */
export interface PaperAccountInput {
	readonly label?: string | undefined;
	readonly balance?: string | number | undefined;
	readonly currency?: string | undefined;
	/** Of the risk day; the member's in a new account. */
	readonly zone?: string | undefined;
	/** Where its prices come from: `demo` (default), `ccxt:binance`, `file:may-2026`. */
	readonly quoteSource?: string | undefined;
	/** How orders are simulated, in the words of the paper venue; may be changed at any time. */
	readonly simulation?: unknown;
	/** What a new account has where `simulation` says nothing; one that exists keeps what it has. */
	readonly simulationIfNew?: Readonly<Record<string, unknown>> | undefined;
}

export type MemberWish = z.output<typeof upsertSchema>;

const accountSchema = z.strictObject({
	label,
	kind: z.literal('paper', 'Only paper accounts can be made here yet.'),
	currency,
	zone,
	startBalance: balance,
	actor: z.string().optional(),
});

/** A paper account to add. */
export interface AccountInput {
	readonly label: string;
	readonly kind: string;
	readonly currency: string;
	readonly zone: string;
	readonly startBalance: string | number;
	readonly actor?: string;
}

export type AccountWish = z.output<typeof accountSchema>;

const venueAccountSchema = z.strictObject({ label, currency, zone });

/** What is chosen of an account at a venue; the rest is told by the venue. */
export interface VenueAccountInput {
	readonly label: string;
	readonly currency: string;
	readonly zone: string;
}

const milliseconds = z.int('Give a time in ms UTC.').nonnegative('Give a time in ms UTC.');
const grantSchema = z
	.strictObject({
		tier,
		from: milliseconds,
		until: milliseconds.nullable(),
		source: z
			.string('Say what the tier is granted for.')
			.trim()
			.min(1, 'Say what the tier is granted for.'),
		actor: z.string().optional(),
	})
	.refine((grant) => grant.until === null || grant.until > grant.from, {
		path: ['until'],
		message: 'The end must lie behind the beginning.',
	});

/** A tier for a span of time; `until` null for open-ended. */
export interface GrantInput {
	readonly tier: string;
	/** ms UTC, as `until`. */
	readonly from: number;
	readonly until: number | null;
	readonly source: string;
	readonly actor?: string;
}

const keyBytes = (text: string): number => Buffer.from(text, 'base64url').length;
const subscriptionSchema = z.object({
	endpoint: z
		.url({ protocol: /^https$/, error: 'Give the https address that the browser made.' })
		.max(2_000, 'The address is too long.'),
	keys: z.object({
		p256dh: z
			.string('Give the key p256dh of the subscription.')
			.refine((text) => keyBytes(text) === P256DH_BYTES, 'This key must be 65 bytes in base64url.'),
		auth: z
			.string('Give the secret auth of the subscription.')
			.refine(
				(text) => keyBytes(text) === AUTH_BYTES,
				'This secret must be 16 bytes in base64url.',
			),
	}),
});

/** What `PushManager.subscribe()` gives in a browser; further fields are ignored. */
export type SubscriptionInput = z.input<typeof subscriptionSchema>;

function read<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
	const result = schema.safeParse(input);
	if (result.success) return result.data;
	throw memberInvalid(violationsOf(result.error, input));
}

/** @throws FirecontrolError `MEMBER_INVALID` */
export const readMember = (input: MemberInput): MemberWish => read(upsertSchema, input);
/** @throws FirecontrolError `MEMBER_INVALID` */
export const readAccount = (input: AccountInput): AccountWish => read(accountSchema, input);
/** @throws FirecontrolError `MEMBER_INVALID` */
export const readVenueAccount = (input: VenueAccountInput): VenueAccountInput =>
	read(venueAccountSchema, input);
/** @throws FirecontrolError `MEMBER_INVALID` */
export const readGrant = (input: GrantInput): z.output<typeof grantSchema> =>
	read(grantSchema, input);
/** @throws FirecontrolError `MEMBER_INVALID` */
export const readSubscription = (input: SubscriptionInput): z.output<typeof subscriptionSchema> =>
	read(subscriptionSchema, input);
