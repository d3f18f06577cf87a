import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { laneOfAccount, runItems } from '../../../nodes/shared/runItems';

const NODE: INode = { id: '1', name: 'Node', type: 'x.y', typeVersion: 1, position: [0, 0], parameters: {} };

const contextOf = (accounts: readonly string[], goesOn = false): IExecuteFunctions =>
	({
		getInputData: () => accounts.map((account_id) => ({ json: { account_id } })),
		continueOnFail: () => goesOn,
		getNode: () => NODE,
	}) as unknown as IExecuteFunctions;

const OPTIONS = { outputs: 2, errorOutput: 1 };
const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the loop over items', () => {
	test('lanes run side by side, each in its order, and what comes out is in the order of the input', async () => {
		const accounts = ['a', 'b', 'a', 'b', 'a'];
		const ctx = contextOf(accounts);
		const begun: number[] = [];
		let underWay = 0;
		let most = 0;
		const options = { ...OPTIONS, laneOf: laneOfAccount(ctx) };
		const [done] = await runItems(ctx, options, async (item) => {
			begun.push(item);
			most = Math.max(most, ++underWay);
			// The first of the first lane takes longest: the other lane must not wait for it.
			await pause(item === 0 ? 60 : 5);
			underWay--;
			return { json: { item } };
		});
		expect(done?.map(({ json, pairedItem }) => [json.item, pairedItem])).toEqual(
			accounts.map((_, item) => [item, { item }]),
		);
		expect(begun.filter((item) => item % 2 === 0)).toEqual([0, 2, 4]);
		expect(begun.indexOf(3)).toBeLessThan(begun.indexOf(2));
		expect(most).toBe(2);
	});

	test('without lanes one item after the other', async () => {
		let underWay = 0;
		await runItems(contextOf(['a', 'b', 'c']), OPTIONS, async () => {
			expect(++underWay).toBe(1);
			await pause(2);
			underWay--;
			return [];
		});
	});

	test('a failure ends the node with the first failed item in the order of the input, and begins no more of any lane', async () => {
		const ctx = contextOf(['a', 'b', 'a', 'b']);
		const begun: number[] = [];
		const running = runItems(ctx, { ...OPTIONS, laneOf: laneOfAccount(ctx) }, async (item) => {
			begun.push(item);
			await pause(item === 0 ? 20 : 5);
			throw new Error(`item ${item}`);
		});
		await expect(running).rejects.toMatchObject({ message: 'item 0', context: { itemIndex: 0 } });
		expect(begun).toEqual([0, 1]);
	});

	test('under "Continue" a failed item goes to the error output and the rest of its lane goes on', async () => {
		const ctx = contextOf(['a', 'a', 'b'], true);
		const [done, failed] = await runItems(ctx, { ...OPTIONS, laneOf: laneOfAccount(ctx) }, async (item) => {
			if (item === 0) throw new Error('no');
			return { json: { item } };
		});
		expect(done?.map(({ json }) => json.item)).toEqual([1, 2]);
		expect(failed).toMatchObject([{ json: { error: 'no' }, pairedItem: { item: 0 } }]);
	});
});
