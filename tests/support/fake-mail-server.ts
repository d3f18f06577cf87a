import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** What the server does to the next message. */
export type MailFault =
	| { readonly kind: 'refuse_recipient'; readonly code: number }
	| { readonly kind: 'refuse_content'; readonly code: number }
	/** Takes the message, then breaks the connection instead of saying so. */
	| { readonly kind: 'dropped_answer' }
	/** Never greets. */
	| { readonly kind: 'silence' };

/** A message as the server took it. */
export interface TakenMail {
	readonly from: string;
	readonly to: readonly string[];
	readonly raw: string;
	readonly mail: Email;
}

function refusal(code: number): Error {
	return Object.assign(new Error(`refused with ${code}`), { responseCode: code });
}

/** An SMTP server on loopback that asks for a password. */
export class FakeMailServer {
	readonly user = 'alerts';
	readonly password = 'correct-horse-battery';
	readonly taken: TakenMail[] = [];
	readonly #faults: MailFault[] = [];
	readonly #server: SMTPServer;

	private constructor() {
		this.#server = new SMTPServer({
			authMethods: ['PLAIN'],
			allowInsecureAuth: true,
			disabledCommands: ['STARTTLS'],
			disableReverseLookup: true,
			logger: false,
			onConnect: (_, done) => {
				if (this.#faults[0]?.kind === 'silence') return void this.#faults.shift();
				done();
			},
			onAuth: ({ username, password }, _, done) => {
				if (username === this.user && password === this.password) return done(null, { user: username });
				// As careless servers do, it says what it was given.
				done(Object.assign(new Error(`${username}/${password} is wrong`), { responseCode: 535 }));
			},
			onRcptTo: (_, __, done) => {
				const fault = this.#faults[0];
				if (fault?.kind !== 'refuse_recipient') return done();
				this.#faults.shift();
				done(refusal(fault.code));
			},
			onData: (stream, session, done) => {
				const chunks: Buffer[] = [];
				stream.on('data', (chunk: Buffer) => chunks.push(chunk));
				stream.on('end', () => {
					const fault = this.#faults.shift();
					if (fault?.kind === 'refuse_content') return done(refusal(fault.code));
					void this.#take(Buffer.concat(chunks), session.envelope).then(() => {
						if (fault?.kind !== 'dropped_answer') return done();
						for (const connection of this.#server.connections) connection.close();
					});
				});
			},
		});
		this.#server.on('error', () => {});
	}

	static async start(): Promise<FakeMailServer> {
		const fake = new FakeMailServer();
		await new Promise<void>((resolve) => {
			fake.#server.listen(0, '127.0.0.1', () => resolve());
		});
		return fake;
	}

	get port(): number {
		return (this.#server.server.address() as AddressInfo).port;
	}

	get settings() {
		const { port, user, password } = this;
		return { host: '127.0.0.1', port, user, password, from: 'Firecontrol <alerts@firecontrol.test>' };
	}

	failNext(...faults: MailFault[]): void {
		this.#faults.push(...faults);
	}

	async stop(): Promise<void> {
		await new Promise<void>((resolve) => this.#server.close(() => resolve()));
	}

	async #take(
		raw: Buffer,
		envelope: { mailFrom: false | { address: string }; rcptTo: { address: string }[] },
	): Promise<void> {
		this.taken.push({
			from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
			to: envelope.rcptTo.map(({ address }) => address),
			raw: raw.toString('utf8'),
			mail: await PostalMime.parse(raw),
		});
	}
}
