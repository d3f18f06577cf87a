import { onOrphaned } from './processes.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Ctrl-C, a kill, a closed terminal, or the end of the npm that started us: stop in order, then
 * end. Process groups that are still alive then are killed (see run.mjs).
 */
export function stopWith(announce) {
	let stop = async () => {};
	const state = {
		asked: false,
		/** What to stop, once something runs. */
		use(next) {
			stop = next;
		},
	};
	const onSignal = async (signal) => {
		if (state.asked) return; // a terminal and npm may both pass on the same Ctrl-C
		state.asked = true;
		announce();
		try {
			await stop();
		} finally {
			process.exit(codes[signal]);
		}
	};
	for (const signal of signals) process.on(signal, onSignal);
	onOrphaned(() => onSignal('SIGTERM'));
	return state;
}
