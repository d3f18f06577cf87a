/** Short lines for people: one per step, with its time; a moving line only on a terminal. */
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const repeatMs = 20_000;

export function duration(ms) {
	if (ms < 950) return `${Math.round(ms / 10) / 100} s`;
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function createProgress({ out = process.stdout } = {}) {
	const live = Boolean(out.isTTY);

	/**
	 * Runs `work`, showing what it does. `work` may call `detail(text)` with how far it is; what it
	 * returns as a string replaces the title in the last line.
	 */
	async function step(title, work) {
		const started = Date.now();
		let about = '';
		let frame = 0;
		const elapsed = () => duration(Date.now() - started);
		const line = () => `${title} … ${[about, elapsed()].filter(Boolean).join(', ')}`;
		const tick = () => {
			if (live) out.write(`\r\x1b[2K${frames[frame++ % frames.length]} ${line()}`);
			else out.write(`  ${line()}\n`);
		};
		if (!live) out.write(`  ${title} …\n`);
		const timer = setInterval(tick, live ? 100 : repeatMs);
		const finish = (mark, text) => {
			clearInterval(timer);
			out.write(`${live ? '\r\x1b[2K' : ''}${mark} ${text}  ${elapsed()}\n`);
		};
		try {
			const result = await work((text) => (about = text));
			finish('✓', typeof result === 'string' ? result : title);
			return result;
		} catch (error) {
			finish('✗', title);
			throw error;
		}
	}

	return { step, say: (text = '') => out.write(`${text}\n`) };
}

/** For tests and tools that want no output. */
export const silentProgress = {
	step: async (_title, work) => await work(() => {}),
	say: () => {},
};
