import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** Another process running a TypeScript file of the tests, that answers every request once. */
export interface Worker {
	readonly process: ChildProcess;
	/** Sends a request and waits for its answer; requests are answered in order. */
	ask<T>(request: object): Promise<T>;
	stop(): Promise<void>;
}

interface Pending {
	resolve(answer: unknown): void;
	reject(error: Error): void;
}

/** Starts a worker; it must call `answerWith` and be stopped by the test. */
export async function startWorker(file: string, env: Record<string, string>): Promise<Worker> {
	const child = fork(file, {
		execArgv: ['--require', join(__dirname, 'register-ts.cjs')],
		env: { ...process.env, ...env },
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
	});
	const pending: Pending[] = [];
	await new Promise<void>((resolve, reject) => {
		child.once('message', () => resolve());
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
	});
	child.on('message', (message: { answer?: unknown; error?: string }) => {
		const waiting = pending.shift();
		if (message.error === undefined) waiting?.resolve(message.answer);
		else waiting?.reject(new Error(message.error));
	});
	child.on('exit', (code) => {
		for (const waiting of pending.splice(0)) waiting.reject(new Error(`${file} ended with ${code}`));
	});
	return {
		process: child,
		ask: async <T>(request: object) =>
			new Promise<T>((resolve, reject) => {
				pending.push({ resolve: (answer) => resolve(answer as T), reject });
				child.send(request);
			}),
		stop: async () => {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const ended = new Promise((resolve) => child.once('exit', resolve));
			child.kill();
			await ended;
		},
	};
}

/** In the worker: answers every request with what `work` makes of it, and says that it is ready. */
export function answerWith<T>(work: (request: T) => Promise<unknown>): void {
	process.on('message', (request: T) => {
		work(request).then(
			(answer) => process.send?.({ answer }),
			(error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
		);
	});
	process.send?.({ ready: true });
}
