import fc from 'fast-check';
import { appendAudit } from '../../../core/audit';
import { describeDatabases } from '../../support/databases';
import { OpenChain } from './chain';

/** What an intruder does to a row of the table, whose number is a share of the chain's length. */
type Tampering =
	| { readonly kind: 'change'; readonly at: number; readonly column: string; readonly value: string }
	| { readonly kind: 'remove'; readonly at: number; readonly count: number }
	| { readonly kind: 'swap'; readonly at: number; readonly other: number }
	| { readonly kind: 'shift'; readonly at: number; readonly by: 1 | -1 };

const share = fc.double({ min: 0, max: 0.999, noNaN: true });
const tampering: fc.Arbitrary<Tampering> = fc.oneof(
	fc.record({
		kind: fc.constant('change' as const), at: share, value: fc.string({ minLength: 1, maxLength: 5 }).filter((text) => !text.includes('\0')),
		column: fc.constantFrom('actor', 'action', 'subject_id', 'details', 'hash', 'previous_hash', 'policy_version', 'account_id'),
	}),
	fc.record({ kind: fc.constant('remove' as const), at: share, count: fc.integer({ min: 1, max: 4 }) }),
	fc.record({ kind: fc.constant('swap' as const), at: share, other: share }),
	fc.record({ kind: fc.constant('shift' as const), at: share, by: fc.constantFrom(1 as const, -1 as const) }),
);

/** Rows of one transaction each, with anything in them. */
const history = fc.array(
	fc.record({ actor: fc.string({ maxLength: 8 }), details: fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 1 })), seal: fc.boolean() }),
	{ minLength: 2, maxLength: 12 },
);

describeDatabases('any history of the trail', (open) => {
	it('holds as it was written, and no tampering with it stays unnoticed', async () => {
		const chain = await OpenChain.of(await open());
		const { kernel, audit } = chain;
		const rows = () => kernel.conn('audit');
		const apply = async (done: Tampering, length: number): Promise<number | null> => {
			const number = 1 + Math.floor(done.at * length);
			if (done.kind === 'change') {
				const before = await rows().where({ chain_seq: number }).first();
				if (before[done.column] === done.value) return null;
				await rows().where({ chain_seq: number }).update({ [done.column]: done.value });
				return number;
			}
			if (done.kind === 'remove') {
				await rows().whereBetween('chain_seq', [number, number + done.count - 1]).delete();
				return number;
			}
			if (done.kind === 'shift') {
				await rows().where('chain_seq', '>=', number).update({ chain_seq: kernel.conn.raw('chain_seq + 1000') });
				await rows().where('chain_seq', '>=', 1_000).update({ chain_seq: kernel.conn.raw('chain_seq - 1000 + ?', [done.by]) });
				// Nothing stands before the beginning: one place down it meets the row before it.
				return Math.max(number, 1);
			}
			const other = 1 + Math.floor(done.other * length);
			if (other === number) return null;
			await rows().where({ chain_seq: number }).update({ chain_seq: 9_999 });
			await rows().where({ chain_seq: other }).update({ chain_seq: number });
			await rows().where({ chain_seq: 9_999 }).update({ chain_seq: other });
			return Math.min(number, other);
		};
		await fc.assert(
			fc.asyncProperty(history, tampering, async (written, done) => {
				await chain.begin();
				for (const { actor, details, seal } of written) {
					const clean = JSON.parse(JSON.stringify(details).replaceAll('\\u0000', ''));
					await kernel.transaction(async (trx) =>
						appendAudit(trx, kernel, { actor: actor.replaceAll('\0', ''), action: 'x.done', details: clean }),
					);
					if (seal) await audit.seal();
				}
				await audit.seal();
				const { length } = written;
				expect(await audit.verify()).toMatchObject({ ok: true, rows: length });
				if (done.kind === 'shift' && done.by === -1 && done.at * length >= 1) return;
				const number = await apply(done, length);
				if (number === null) return;
				const { fault } = await audit.verify();
				expect(fault).not.toBeNull();
				if (done.kind !== 'shift') expect(fault?.number).toBe(number);
			}),
			{ numRuns: 60 },
		);
	});
});
