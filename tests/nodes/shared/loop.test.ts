import { Loop } from '../../../nodes/shared/loop';

const turn = async () => new Promise((resolve) => setImmediate(resolve));

describe('a loop', () => {
	it('never runs twice at once, and runs once more for any number of calls meanwhile', async () => {
		let running = 0;
		let most = 0;
		let runs = 0;
		const gates: (() => void)[] = [];
		const loop = new Loop(
			async () => {
				runs += 1;
				running += 1;
				most = Math.max(most, running);
				await new Promise<void>((resolve) => gates.push(resolve));
				running -= 1;
			},
			() => {},
		);
		for (let call = 0; call < 5; call++) loop.run();
		await turn();
		expect(runs).toBe(1);
		gates.shift()?.();
		await turn();
		expect(runs).toBe(2);
		gates.shift()?.();
		await turn();
		expect([runs, most, running]).toEqual([2, 1, 0]);
		loop.run();
		await turn();
		expect(runs).toBe(3);
		gates.shift()?.();
	});

	it('goes on after an error, and stops when closed', async () => {
		const errors: unknown[] = [];
		let runs = 0;
		const loop = new Loop(
			async () => {
				runs += 1;
				throw new Error(`run ${runs}`);
			},
			(error) => errors.push(error),
		);
		loop.run();
		await turn();
		loop.run();
		await turn();
		expect(errors).toEqual([new Error('run 1'), new Error('run 2')]);
		loop.close();
		loop.close();
		loop.run();
		await turn();
		expect([runs, loop.closed]).toEqual([2, true]);
	});
});
