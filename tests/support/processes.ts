import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A real process of its own that answers messages one by one. */
export interface TestProcess<Question, Answer> {
	ask(question: Question): Promise<Answer>;
	/** Ends it at once, as a crash would. */
	kill(): Promise<void>;
}

/** Starts a TypeScript file of `tests/` as a process; the file calls `serve`. */
export function startProcess<Question extends object, Answer>(
	file: string,
): TestProcess<Question, Answer> {
	const child = fork(file, [], {
		execArgv: ['--require', join(__dirname, 'typescript.cjs')],
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
	});
	const waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
	child.on('message', (message: { answer?: Answer; error?: string }) => {
		const next = waiting.shift();
		if (message.error === undefined) next?.resolve(message.answer as Answer);
		else next?.reject(new Error(message.error));
	});
	const ended = new Promise<void>((resolve) => {
		child.once('exit', () => {
			for (const { reject } of waiting.splice(0)) reject(new Error('The process has ended.'));
			resolve();
		});
	});
	return {
		ask: async (question) =>
			new Promise((resolve, reject) => {
				waiting.push({ resolve, reject });
				child.send(question);
			}),
		kill: async () => {
			child.kill('SIGKILL');
			await ended;
		},
	};
}

/** In the started file: answers each question, in order. */
export function serve<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
	let last: Promise<unknown> = Promise.resolve();
	process.on('message', (question: Question) => {
		last = last.then(async () => {
			try {
				process.send?.({ answer: await answer(question) });
			} catch (error) {
				process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
			}
		});
	});
	process.once('disconnect', () => process.exit());
}
