import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** Which credential sets which channel up. */
export const CHANNEL_CREDENTIALS = {
	email: 'smtp',
	push: 'firecontrolWebPushApi',
	telegram: 'telegramApi',
} as const;

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const textOrNull = (value: unknown): string | null => (text(value) === '' ? null : text(value));

/** n8n's own SMTP credential in our words. The core checks every value. */
export function emailSettings(credentials: ICredentialDataDecryptedObject, from: string): object {
	const { host, port, secure, user, password } = credentials;
	return {
		host: text(host),
		port: Number(port),
		secure: secure === true,
		user: textOrNull(user),
		password: textOrNull(password),
		from: from === '' ? text(user) : from,
	};
}

/** n8n's own Telegram credential in our words. */
export function telegramSettings(credentials: ICredentialDataDecryptedObject): object {
	const baseUrl = text(credentials['baseUrl']);
	return {
		botToken: text(credentials['accessToken']),
		...(baseUrl === '' ? {} : { baseUrl }),
	};
}

export function webPushSettings(credentials: ICredentialDataDecryptedObject): object {
	const { subject, publicKey, privateKey } = credentials;
	return { subject: text(subject), publicKey: text(publicKey), privateKey: text(privateKey) };
}
