import { readFileSync } from 'node:fs';

/**
 * Calls back when the npm that started us is gone without a word, as after a SIGKILL: our parent is
 * another one then, or, where npm's shell stands between us, the parent of our parent.
 */
export function onOrphaned(callback) {
	if (!process.env.npm_lifecycle_event) return;
	const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`;
	const first = ancestors();
	const timer = setInterval(() => {
		if (ancestors() === first) return;
		clearInterval(timer);
		callback();
	}, 1000);
	timer.unref();
}

/** Running, and not merely a dead process that nobody has collected yet. */
export function isAlive(pid) {
	try {
		process.kill(pid, 0);
	} catch (error) {
		return error.code === 'EPERM';
	}
	return statOf(pid)?.state !== 'Z';
}

function parentOf(pid) {
	return statOf(pid)?.parent ?? null;
}

/** Known on Linux only; elsewhere null. */
function statOf(pid) {
	try {
		// "pid (name) state ppid …", where the name may hold anything, brackets too
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return { state, parent };
	} catch {
		return null;
	}
}
