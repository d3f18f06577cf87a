import fc from 'fast-check';
import { openSealed, sealJson } from '../../../core/members';

const kernel = { sealingKey: new Uint8Array(32).fill(7) };
const other = { sealingKey: new Uint8Array(32).fill(8) };

describe('sealing', () => {
	it('gives back what was sealed', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(openSealed(kernel, sealJson(kernel, value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});

	it('shows nothing of the secret and never looks the same twice', () => {
		const sealed = sealJson(kernel, { token: 'very-secret-token' });
		expect(sealed).not.toContain('secret');
		expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('secret');
		expect(sealJson(kernel, { token: 'very-secret-token' })).not.toBe(sealed);
	});

	it('says that the key is another one, and what to do', () => {
		const opening = (): unknown => openSealed(other, sealJson(kernel, 'x'));
		expect(opening).toThrow(
			expect.objectContaining({
				code: 'SEALING_KEY_WRONG',
				message: expect.stringContaining('Put the former key back'),
			}),
		);
	});

	it.each([null, new Uint8Array(16)])('without a key of 32 bytes says so', (sealingKey) => {
		expect(() => sealJson({ sealingKey }, 'x')).toThrow(
			expect.objectContaining({ code: 'SEALING_KEY_MISSING' }),
		);
		expect(() => openSealed({ sealingKey }, 'x')).toThrow(
			expect.objectContaining({ code: 'SEALING_KEY_MISSING' }),
		);
	});

	it('opens nothing that was changed in any place', () => {
		const sealed = sealJson(kernel, { token: 'abc' });
		const broken = expect.objectContaining({
			code: expect.stringMatching(/^(SEALED_DAMAGED|SEALING_KEY_WRONG)$/),
		});
		for (let index = 0; index < sealed.length - 1; index++) {
			if (sealed[index] === '.') continue;
			// Another character of the alphabet whose bits all count.
			const swapped = sealed[index] === 'A' ? 'Q' : 'A';
			const changed = sealed.slice(0, index) + swapped + sealed.slice(index + 1);
			expect(() => openSealed(kernel, changed)).toThrow(broken);
		}
		const parts = sealed.split('.');
		for (const text of ['', 'fc1', parts.slice(0, 4).join('.'), `${sealed}.x`]) {
			expect(() => openSealed(kernel, text)).toThrow(broken);
		}
		// A tag cut short would be guessed more easily.
		const short = [...parts.slice(0, 3), parts[3]?.slice(0, 6), parts[4]].join('.');
		expect(() => openSealed(kernel, short)).toThrow(broken);
	});
});
