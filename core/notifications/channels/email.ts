import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { asRecord, messageOf } from '../../model';
import {
	failed,
	redact,
	SEND_TIMEOUT_MS,
	type Channel,
	type OutgoingMessage,
	type SendReport,
} from '../channel';
import { oneLine, REPEAT_NOTE, TITLE_MAX, toHtml, toText } from '../text';

/** One mailbox and nothing else: no list, no display name, no line break, no angle bracket. */
const MAILBOX = /^[^\s,;:<>()[\]"\\@\u0000-\u001f\u007f]+@[^\s,;:<>()[\]"\\@\u0000-\u001f\u007f]+$/;

/** Reads `Name <mailbox>` or a bare mailbox. */
function senderOf(from: string): { readonly name: string; readonly address: string } {
	const [, name = '', address = ''] = /^([^<>]*)<([^<>]+)>$/.exec(from.trim()) ?? [];
	if (address === '') return { name: 'Firecontrol', address: from.trim() };
	return { name: oneLine(name.replaceAll('"', ''), 80), address: address.trim() };
}

/** Settings of the e-mail channel. The password is a secret. */
export const emailSettings = z.strictObject({
	host: z.string().min(1),
	port: z.number().int().min(1).max(65_535),
	/** TLS from the first byte (465); otherwise STARTTLS when the server offers it (587). */
	secure: z.boolean().default(false),
	/** Refuse to go on without TLS. */
	requireTls: z.boolean().default(false),
	/** Accept certificates that nobody signed; for servers on the own machine only. */
	allowUnsignedCertificate: z.boolean().default(false),
	user: z.string().min(1).nullable().default(null),
	password: z.string().min(1).nullable().default(null),
	/** Sender: a mailbox, or `Name <mailbox>`. */
	from: z.string().refine((from) => MAILBOX.test(senderOf(from).address), {
		message: 'must be one e-mail address, or Name <address>',
	}),
});
export type EmailSettings = z.infer<typeof emailSettings>;

/** Failures by which nothing was handed over yet. All others without an answer leave it open. */
const EARLY_CODES = new Set(['EDNS', 'ETLS', 'EAUTH', 'ENOAUTH']);
const EARLY_ORIGINS = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);
const EARLY_TIMEOUTS = new Set(['CONNECTION_TIMEOUT', 'GREETING_TIMEOUT']);
/** The greeting must come well before the whole try is cut off, so that the two can be told apart. */
const GREETING_SHARE = 0.6;

function transportOf(settings: EmailSettings, timeoutMs: number) {
	const auth =
		settings.user === null ? {} : { auth: { user: settings.user, pass: settings.password ?? '' } };
	return createTransport({
		host: settings.host,
		port: settings.port,
		secure: settings.secure,
		requireTLS: settings.requireTls,
		tls: { rejectUnauthorized: !settings.allowUnsignedCertificate },
		connectionTimeout: timeoutMs * GREETING_SHARE,
		greetingTimeout: timeoutMs * GREETING_SHARE,
		socketTimeout: timeoutMs,
		disableFileAccess: true,
		disableUrlAccess: true,
		...auth,
	});
}

function mailOf({ id, alert, repeat, subject }: OutgoingMessage, to: string, settings: EmailSettings) {
	const note = repeat ? REPEAT_NOTE : null;
	const from = senderOf(settings.from);
	const domain = from.address.slice(from.address.indexOf('@') + 1);
	return {
		from,
		to: { name: '', address: to },
		subject: oneLine(alert.title, TITLE_MAX),
		text: `${toText(alert, note)}\n`,
		html: toHtml(alert, note),
		// The same for every try: mail programs show a repeated one once.
		messageId: `<${id}@${domain}>`,
		headers: {
			'Auto-Submitted': 'auto-generated',
			'X-Auto-Response-Suppress': 'All',
			'X-Firecontrol-Event': subject.eventId,
		},
	};
}

function failureOf(error: unknown, settings: EmailSettings): SendReport {
	const fields = asRecord(error);
	const text = redact(oneLine(messageOf(error), 300), [settings.password]);
	const status = Number(fields?.['responseCode'] ?? Number.NaN);
	const command = String(fields?.['command'] ?? '');
	const answered = !Number.isNaN(status);
	// 5xx to the recipient or the content is final; 5xx at log-in is the operator's to mend.
	const final = answered && status >= 550 && /^(RCPT TO|DATA)/.test(command);
	const early =
		EARLY_CODES.has(String(fields?.['code'])) ||
		EARLY_ORIGINS.has(String(fields?.['originalCode'])) ||
		EARLY_TIMEOUTS.has(String(fields?.['timeoutType']));
	return failed(`The mail server did not take the message: ${text}`, {
		verdict: final ? 'never' : 'again',
		uncertain: !answered && !early,
	});
}

/** Sends by SMTP: HTML with a plain-text twin. */
export function createEmailChannel(timeoutMs = SEND_TIMEOUT_MS): Channel<EmailSettings> {
	return {
		name: 'email',
		send: async (message, settings) => {
			const { address } = message;
			if (address.kind !== 'email' || !MAILBOX.test(address.email)) {
				return failed('The address is not one plain e-mail address.', { verdict: 'never' });
			}
			const transport = transportOf(settings, timeoutMs);
			try {
				const info = await transport.sendMail(mailOf(message, address.email, settings));
				return { kind: 'sent', providerId: info.messageId };
			} catch (error) {
				return failureOf(error, settings);
			} finally {
				transport.close();
			}
		},
	};
}
