import { MINUTE, SECOND } from '../model';

/** Time to wait, ms, before an exit that failed `attempts` times is tried again: 1, 2, 4 … 60 s. */
export function backOff(attempts: number): number {
	return Math.min(SECOND * 2 ** Math.max(0, attempts - 1), MINUTE);
}
