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
	watchParent(() => onSignal('SIGTERM'));
	return state;
}

/** npm killed by SIGKILL passes nothing on: notice that our parent is another one now. */
function watchParent(onLost) {
	if (!process.env.npm_lifecycle_event) return;
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) onLost();
	}, 1000).unref();
}
