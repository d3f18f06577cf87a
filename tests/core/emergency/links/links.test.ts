import { createHash } from 'node:crypto';
import { createAudit } from '../../../../core/audit';
import type { MadeStopLink, StopLinksWish } from '../../../../core/emergency';
import { MINUTE, SECOND } from '../../../../core/model';
import { readSignedLink, signLink } from '../../../../core/members';
import { listOpenTrips } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { stageOn, unrefused, type Stage } from '../stage';

const DAY = 24 * 60 * MINUTE;

async function links({ trading, emergency }: Stage, wish: Partial<StopLinksWish> = {}): Promise<Record<string, MadeStopLink>> {
	const made = unrefused(await emergency.makeStopLinks({
		memberId: trading.memberId, scope: 'member', scopeId: trading.memberId, symbol: null,
		states: ['PAUSED', 'REDUCING', 'FLATTENING'], reason: 'Something is wrong.', validForSeconds: null, actor: 'node:test', ...wish,
	}));
	return Object.fromEntries(made.map((link) => [link.state, link]));
}

const tokenOf = (made: Record<string, MadeStopLink>, state: string): string => made[state]?.token ?? '';
const titleOf = (html: string): string => /<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? '';
const confirmationOf = (html: string): string => /name="confirmation" value="(cnf_[0-9a-z]+)"/.exec(html)?.[1] ?? '';
const open_ = async ({ trading }: Stage) => listOpenTrips(trading.kernel.conn);

describeDatabases('stop links', (open) => {
	it('a page that is opened any number of times does nothing', async () => {
		const stage = await stageOn(await open());
		await stage.trading.enter({ quantity: '0.01' });
		const made = await links(stage);
		for (const state of ['PAUSED', 'REDUCING', 'FLATTENING']) {
			const page = await stage.emergency.showStopLink(tokenOf(made, state));
			expect(page.status).toBe(200);
			expect(page.body).toContain('Opening this page does nothing');
			expect(page.body).toContain('all accounts of trader');
			expect(page.body).toContain('<dt>Open positions</dt><dd>1</dd>');
		}
		expect(await open_(stage)).toEqual([]);
	});

	it.each(['PAUSED', 'REDUCING'])('%s: one press stops, a second says so', async (state) => {
		const stage = await stageOn(await open());
		const { emergency, trading } = stage;
		const token = tokenOf(await links(stage), state);
		const pressed = await emergency.pressStopLink(token, '');
		expect([pressed.status, titleOf(pressed.body)]).toEqual([200, 'Trading is stopped']);
		expect(await open_(stage)).toMatchObject([
			{ scope: 'member', scopeId: trading.memberId, state, cause: 'person', rearm: 'hand', openedBy: `member:${trading.memberId}`, reason: 'Something is wrong.' },
		]);
		const again = await emergency.pressStopLink(token, '');
		expect([again.status, titleOf(again.body)]).toEqual([409, 'This link was used already']);
		expect([(await emergency.showStopLink(token)).status]).toEqual([409]);
		expect(await open_(stage)).toHaveLength(1);
		const trail = (await createAudit(trading.kernel).list({ limit: 99 })).filter(({ action }) => action.startsWith('stop_link'));
		expect(trail.map(({ action }) => action)).toEqual(expect.arrayContaining(['stop_link.made', 'stop_link.used']));
		for (const { action, memberId } of trail) if (action === 'stop_link.made') expect(memberId).toMatch(/^mbr_/);
	});

	it('closing everything asks once more, within five minutes', async () => {
		const stage = await stageOn(await open());
		const { emergency, trading } = stage;
		await trading.enter({ quantity: '0.01' });
		const token = tokenOf(await links(stage), 'FLATTENING');
		const asked = await emergency.pressStopLink(token, '');
		expect(titleOf(asked.body)).toBe('Really close everything?');
		expect(asked.body).toContain('Nothing has happened yet');
		expect(await open_(stage)).toEqual([]);
		trading.database.clock.advance(5 * MINUTE);
		const late = await emergency.pressStopLink(token, confirmationOf(asked.body));
		expect([late.status, titleOf(late.body)]).toEqual([409, 'Nothing was stopped']);
		for (const junk of ['cnf_none', 'x', 'cnf_00000000000000000000000000']) {
			expect((await emergency.pressStopLink(token, junk)).status).toBe(409);
		}
		expect(await open_(stage)).toEqual([]);
		const anew = await emergency.pressStopLink(token, '');
		const done = await emergency.pressStopLink(token, confirmationOf(anew.body));
		expect([done.status, titleOf(done.body)]).toEqual([200, 'Everything is being closed']);
		expect(await open_(stage)).toMatchObject([{ state: 'FLATTENING' }]);
		expect((await emergency.pressStopLink(token, confirmationOf(anew.body))).status).toBe(409);
		await emergency.flattenStep();
		const after = await emergency.showStopLink(token);
		expect(after.body).toContain('<dt>State</dt><dd>LOCKED</dd>');
		expect(after.body).toContain('<dt>Closing</dt><dd>FLAT</dd>');
	});

	it('a confirmation of another link or wish does not count', async () => {
		const stage = await stageOn(await open());
		const { emergency, trading } = stage;
		const wide = tokenOf(await links(stage), 'FLATTENING');
		const narrow = tokenOf(await links(stage, { scope: 'account', scopeId: trading.accountId }), 'FLATTENING');
		const asked = await emergency.pressStopLink(narrow, '');
		const stolen = await emergency.pressStopLink(wide, confirmationOf(asked.body));
		expect(stolen.status).toBe(409);
		expect(await open_(stage)).toEqual([]);
		expect((await emergency.pressStopLink(narrow, confirmationOf(asked.body))).status).toBe(200);
	});

	it('forged, cut and foreign links are told apart from expired ones', async () => {
		const stage = await stageOn(await open());
		const { emergency, trading } = stage;
		const token = tokenOf(await links(stage, { validForSeconds: 60 }), 'PAUSED');
		const [id = '', expiry = '', signature = ''] = token.split('.');
		const later = (Number.parseInt(expiry, 36) + DAY).toString(36);
		const other = signLink({ sealingKey: new Uint8Array(32).fill(8) }, 'stop', { id: 'stl_1', expiresAt: 9e15 });
		const purpose = signLink(trading.kernel, 'approve', { id: 'stl_1', expiresAt: 9e15 });
		const flipped = `${signature.slice(0, -2)}${signature.endsWith('AA') ? 'BB' : 'AA'}`;
		const forged = [
			'', 'x', '..', `${id}.${later}.${signature}`, `${id}x.${expiry}.${signature}`, `${id}.${expiry}.${flipped}`,
			`${id}.${expiry}`, `${token}.x`, other, purpose, `${id}.${expiry}.${signature}==`,
		];
		for (const wrong of forged) {
			const page = await emergency.pressStopLink(wrong, '');
			expect([wrong, page.status, titleOf(page.body)]).toEqual([wrong, 403, 'This link is not valid']);
		}
		trading.database.clock.advance(60 * SECOND - 1);
		expect((await emergency.showStopLink(token)).status).toBe(200);
		trading.database.clock.advance(1);
		for (const page of [await emergency.showStopLink(token), await emergency.pressStopLink(token, '')]) {
			expect([page.status, titleOf(page.body)]).toEqual([410, 'This link has expired']);
		}
		// Forgotten a month later, its signature still says what it was.
		expect(await emergency.forgetStopLinks()).toBe(0);
		trading.database.clock.advance(31 * DAY);
		expect(await emergency.forgetStopLinks()).toBe(3);
		expect((await emergency.showStopLink(token)).status).toBe(410);
		expect(await open_(stage)).toEqual([]);
	});

	it('stops no more than its member may, at the time of the press', async () => {
		const stage = await stageOn(await open());
		const { emergency, trading } = stage;
		const fang = await trading.addMember('fang', 'FANG');
		const base = {
			memberId: fang.memberId, scopeId: null, symbol: null, states: ['PAUSED'], reason: 'x', validForSeconds: null, actor: 'node:test',
		} as const;
		expect(await emergency.makeStopLinks({ ...base, scope: 'global' })).toMatchObject({ code: 'STOP_NOT_PERMITTED' });
		expect(await emergency.makeStopLinks({ ...base, scope: 'account' })).toMatchObject({ code: 'STOP_INVALID' });
		expect(await emergency.makeStopLinks({ ...base, scope: 'global', memberId: 'mbr_none' })).toMatchObject({ code: 'MEMBER_UNKNOWN' });
		const token = tokenOf(await links(stage, { scope: 'global', scopeId: null }), 'PAUSED');
		// The operator is none any more.
		await trading.kernel.conn('entitlements').where({ member_id: trading.memberId }).update({ tier: 'FANG' });
		const page = await emergency.pressStopLink(token, '');
		expect([page.status, titleOf(page.body)]).toEqual([409, 'Nothing was stopped']);
		expect(await open_(stage)).toEqual([]);
	});

	it('two presses at the same moment stop once', async () => {
		const stage = await stageOn(await open());
		const token = tokenOf(await links(stage), 'PAUSED');
		const pages = await Promise.all([1, 2, 3].map(async () => stage.emergency.pressStopLink(token, '')));
		expect(pages.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
		expect(await open_(stage)).toHaveLength(1);
	});

	it('names every scope in words, and shows text of people as text', async () => {
		const stage = await stageOn(await open());
		const { emergency, trading } = stage;
		const words = [
			[{ scope: 'global', scopeId: null }, 'all trading'],
			[{ scope: 'tier', scopeId: 'FANG' }, 'members of the tier FANG'],
			[{ scope: 'account', scopeId: trading.accountId }, `the account ${trading.accountId}`],
			[{ scope: 'symbol', scopeId: null, symbol: 'BTC/USDT' }, 'BTC/USDT on all accounts'],
			[{ scope: 'account_symbol', scopeId: trading.accountId, symbol: 'BTC/USDT' }, `BTC/USDT on the account ${trading.accountId}`],
		] as const;
		const reason = `<script>alert("x")</script> & 'more'`;
		for (const [wish, said] of words) {
			const { body } = await emergency.showStopLink(tokenOf(await links(stage, { ...wish, reason }), 'PAUSED'));
			expect(body).toContain(`<dd>${said}</dd>`);
			expect(body).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;more&#39;');
			expect(body).not.toContain('<script');
		}
	});

	it('a longer time than the policy allows is cut', async () => {
		const stage = await stageOn(await open());
		const made = await links(stage, { validForSeconds: 10_000_000 });
		expect(made['PAUSED']?.expiresAt).toBe(stage.trading.database.clock.now() + 7 * DAY);
		expect((await links(stage))['PAUSED']?.expiresAt).toBe(stage.trading.database.clock.now() + DAY);
	});

	it('the page loads nothing, runs nothing, is framed by nobody and remembered by no cache', async () => {
		const stage = await stageOn(await open());
		const { headers, body } = await stage.emergency.showStopLink(tokenOf(await links(stage), 'PAUSED'));
		const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? '';
		const hash = createHash('sha256').update(style).digest('base64');
		expect(headers).toEqual({
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; sandbox allow-forms`,
			'referrer-policy': 'no-referrer',
			'x-frame-options': 'DENY',
			'x-content-type-options': 'nosniff',
			'x-robots-tag': 'noindex',
			'cache-control': 'no-store',
		});
		expect(body).toContain('name="viewport"');
	});
});

describe('signed links', () => {
	const kernel = { sealingKey: new Uint8Array(32).fill(1) };

	it('are read back as they were made', () => {
		const link = { id: 'stl_abc', expiresAt: 1_795_168_800_000 } as const;
		expect(readSignedLink(kernel, 'stop', 'stl', signLink(kernel, 'stop', link))).toEqual(link);
		expect(readSignedLink(kernel, 'stop', 'ord', signLink(kernel, 'stop', link))).toBeNull();
	});

	it('need a key', () => {
		const none = { sealingKey: null };
		expect(() => signLink(none, 'stop', { id: 'stl_abc', expiresAt: 1 })).toThrow('encryption key');
		expect(() => readSignedLink(none, 'stop', 'stl', 'x')).toThrow('encryption key');
	});
});
