import fc from 'fast-check';
import { add, gt } from '../../../core/model';
import { readJson } from '../../../core/signals/json';
import { parseSignal } from '../../../core/signals/parse';
import { GOOD, RUNS } from './support';

const parse = (body: unknown, at: PropertyKey[] = []) => {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const read = readJson(Buffer.from(text));
	if (read.kind !== 'json') throw new Error(read.reason);
	return parseSignal(read.value, at, 'desk');
};

const content = (body: unknown) => {
	const parsed = parse(body);
	if (parsed.kind === 'faults') throw new Error(JSON.stringify(parsed.faults));
	return parsed.content;
};

const faults = (body: unknown) => {
	const parsed = parse(body);
	return parsed.kind === 'faults' ? parsed.faults.map(({ code, path }) => `${code} ${path}`) : [];
};

describe('native form', () => {
	it('reads the example of the contract', () => {
		const body = `{ "id": "s1", "source": "ema-cross", "symbol": " BTC/USDT ", "side": "buy", "action": "open",
			"class": "SNIPER_OPS", "confidence": 92, "order_type": "market", "entry": 60250.5, "stop_loss": 59800,
			"take_profit": [{ "price": 61500, "share": 1 }], "quantity": "0.5", "timeframe": "5m", "pattern": "ORDER_BLOCK_BOUNCE",
			"created_at": "2026-11-20T10:00:00Z", "expires_at": "2026-11-20T12:10:00+02:00", "members": ["anna"], "note": "free text" }`;
		expect(content(body)).toEqual({
			senderId: 's1', source: 'ema-cross', format: 'native', symbol: 'BTC/USDT', side: 'buy',
			action: 'open', class: 'SNIPER_OPS', confidence: '92', orderType: 'market', entry: '60250.5',
			trigger: null, stopLoss: '59800', takeProfits: [{ price: '61500', share: '1' }], quantity: '0.5',
			timeframe: '5m', pattern: 'ORDER_BLOCK_BOUNCE', createdAt: Date.UTC(2026, 10, 20, 10),
			expiresAt: Date.UTC(2026, 10, 20, 10, 10), members: ['anna'], note: 'free text',
		});
	});

	it('names the key as source, opens at market, and takes null as absent', () => {
		const body = { symbol: 'BTC/USDT', side: 'SELL', stop_loss: null, confidence: null, members: null };
		expect(content(body)).toMatchObject({
			source: 'desk', action: 'open', orderType: 'market', side: 'sell', stopLoss: null,
			confidence: null, members: null, takeProfits: [],
		});
	});

	it('lets faults of trading through: no stop, no target, no confidence, expired, unknown symbol', () => {
		const old = { created_at: '2020-01-01T00:00:00Z', expires_at: '2019-01-01T00:00:00Z' };
		expect(faults({ symbol: 'NO/SUCH', side: 'buy', take_profit: [], ...old })).toEqual([]);
		expect(faults({ symbol: 'BTC/USDT', action: 'close' })).toEqual([]);
		expect(faults({ symbol: 'BTC/USDT', action: 'cancel' })).toEqual([]);
	});

	it('names every invalid field at once, with value and remedy', () => {
		const body = {
			id: '', source: {}, side: 'hold', action: 'open', class: 'HUGE', confidence: 0.9,
			order_type: 'stop_limit', entry: -1, stop_loss: 'abc', quantity: 0, created_at: 'yesterday',
			take_profit: [{ price: 61_500, share: 2 }, { share: 0.5 }], members: ['a', 7], note: ['x'],
			expires_at: 12,
		};
		expect(faults(body).sort()).toEqual([
			'CONFIDENCE_AMBIGUOUS confidence',
			'FIELD_INVALID class',
			'FIELD_INVALID created_at',
			'FIELD_INVALID entry',
			'FIELD_INVALID expires_at',
			'FIELD_INVALID id',
			'FIELD_INVALID members[1]',
			'FIELD_INVALID note',
			'FIELD_INVALID quantity',
			'FIELD_INVALID side',
			'FIELD_INVALID source',
			'FIELD_INVALID stop_loss',
			'FIELD_INVALID take_profit[0].share',
			'FIELD_MISSING symbol',
			'FIELD_MISSING take_profit[1].price',
			'FIELD_MISSING trigger',
		]);
		const parsed = parse({ ...GOOD, stop_loss: 'abc' }, ['signals', 3]);
		expect(parsed).toEqual({
			kind: 'faults',
			faults: [{
				code: 'FIELD_INVALID', path: 'signals[3].stop_loss', value: '"abc"',
				message: expect.stringMatching(/^signals\[3\]\.stop_loss is "abc"\. Send a price above 0 .*60250\.5/),
			}],
		});
	});

	it('asks for the side of an opening signal even when more is wrong', () => {
		expect(faults({})).toEqual(['FIELD_MISSING symbol', 'FIELD_MISSING side']);
		expect(faults({ symbol: 'X', order_type: 'limit' })).toEqual(['FIELD_MISSING side', 'FIELD_MISSING entry']);
	});

	it('refuses a confidence that may be a share, unless the scale is said', () => {
		for (const confidence of [0.01, 0.5, 1, '0.92', '1.0', '1e0']) {
			expect(faults({ ...GOOD, confidence })).toEqual(['CONFIDENCE_AMBIGUOUS confidence']);
		}
		expect(content({ ...GOOD, confidence: 0 }).confidence).toBe('0');
		expect(content({ ...GOOD, confidence: 1.01 }).confidence).toBe('1.01');
		expect(content({ ...GOOD, confidence: '0.925', confidence_scale: 'unit' }).confidence).toBe('92.5');
		expect(content({ ...GOOD, confidence: 0.5, confidence_scale: 'percent' }).confidence).toBe('0.5');
		expect(faults({ ...GOOD, confidence: 92, confidence_scale: 'unit' })).toEqual(['FIELD_INVALID confidence']);
		expect(faults({ ...GOOD, confidence: 101 })).toEqual(['FIELD_INVALID confidence']);
	});

	it('gives targets without a share equal parts that add up to 1', () => {
		const three = content({ ...GOOD, take_profit: [{ price: 1 }, { price: 2 }, { price: 3 }] });
		expect(three.takeProfits.map((target) => target.share)).toEqual([
			'0.333333333333333333', '0.333333333333333333', '0.333333333333333334',
		]);
		const some = content({ ...GOOD, take_profit: [{ price: 1, share: 0.5 }, { price: 2 }, 3] });
		expect(some.takeProfits.map((target) => target.share)).toEqual(['0.5', '0.25', '0.25']);
		expect(content({ ...GOOD, take_profit: '61500' }).takeProfits).toEqual([{ price: '61500', share: '1' }]);
		for (const shares of [[0.6, 0.5], [1, undefined]]) {
			const take_profit = shares.map((share) => ({ price: 1, share }));
			expect(faults({ ...GOOD, take_profit })).toEqual(['FIELD_INVALID take_profit']);
		}
	});

	it('shares out exactly 1 whenever a target has no share of its own', () => {
		const shares = fc.array(fc.option(fc.integer({ min: 1, max: 99 })), { minLength: 1, maxLength: 9 });
		fc.assert(
			fc.property(shares, (hundredths) => {
				const given = hundredths.reduce<number>((sum, share) => sum + (share ?? 0), 0);
				const open = hundredths.includes(null);
				const take_profit = hundredths.map((share) => ({ price: 7, share: share === null ? null : share / 100 }));
				const fits = open ? given < 100 : given <= 100;
				const body = { ...GOOD, take_profit };
				expect(faults(body)).toEqual(fits ? [] : ['FIELD_INVALID take_profit']);
				if (!fits) return;
				const parts = content(body).takeProfits.map((target) => target.share);
				expect(parts.every((part) => gt(part, 0))).toBe(true);
				if (open) expect(add(...parts)).toBe('1');
			}),
			{ numRuns: RUNS },
		);
	});

	it('refuses keys that reach a prototype, wherever they are, and ignores unknown ones', () => {
		const body = '{"symbol":"BTC/USDT","side":"buy","extra":[{"\\u005f_proto__":{"x":1}}],"constructor":1,"a":{"prototype":2}}';
		expect(faults(body)).toEqual([
			'KEY_FORBIDDEN extra[0].__proto__', 'KEY_FORBIDDEN constructor', 'KEY_FORBIDDEN a.prototype',
		]);
		expect(faults({ ...GOOD, unknown: { deep: [1] } })).toEqual([]);
	});

	it('refuses what a database cannot keep', () => {
		for (const symbol of ['BTC\u0000USDT', 'BTC\ud800', 'x'.repeat(65), '{{ticker}}', '   ']) {
			expect(faults({ ...GOOD, symbol })).toEqual(['FIELD_INVALID symbol']);
		}
		for (const entry of ['1e400', '123456789012345678901', '0.1234567890123456789', 'NaN', '0x10', '1,5', ' ']) {
			expect(faults({ ...GOOD, entry })).toEqual(['FIELD_INVALID entry']);
		}
		expect(faults(`{"symbol":"A","side":"buy","entry":1e999}`)).toEqual(['FIELD_INVALID entry']);
	});

	it('keeps long decimals digit for digit, as numbers and as text', () => {
		const digits = '12345678901234567890.123456789012345678';
		for (const sent of [digits, `"${digits}"`]) {
			const body = `{"symbol":"A","side":"buy","entry":${sent},"take_profit":[{"price":${sent}}],"quantity":0.000000000000000001}`;
			expect(content(body)).toMatchObject({
				entry: digits, takeProfits: [{ price: digits, share: '1' }], quantity: '0.000000000000000001',
			});
		}
	});

	it('keeps any decimal it accepts', () => {
		const part = fc.bigInt({ min: 0n, max: 10n ** 20n - 1n });
		const fraction = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 17 });
		fc.assert(
			fc.property(part, fraction, fc.boolean(), (whole, digits, quoted) => {
				const text = `${whole}.${digits.join('')}1`;
				const body = `{"symbol":"A","side":"buy","stop_loss":${quoted ? `"${text}"` : text}}`;
				expect(content(body).stopLoss).toBe(text);
			}),
			{ numRuns: RUNS },
		);
	});

	it('hashes content, not how it was written', () => {
		const hash = (body: unknown) => {
			const parsed = parse(body);
			return parsed.kind === 'content' ? parsed.contentHash : null;
		};
		const one = hash(GOOD);
		expect(hash({ ...GOOD, confidence: '92.0', action: 'open', unknown: 1, id: 'x', note: ' ' })).toBe(one);
		expect(hash('{"side":"buy","take_profit":61500.00,"stop_loss":"59800","confidence":9.2e1,"symbol":"BTC/USDT"}')).toBe(one);
		expect(hash({ ...GOOD, stop_loss: '59800.000000000000000001' })).not.toBe(one);
		expect(hash({ ...GOOD, source: 'other' })).not.toBe(one);
	});
});

describe('TradingView form', () => {
	const alert = { ticker: 'BINANCE:BTCUSDT', action: 'buy', timenow: '2026-11-20T10:00:01Z', time: '2026-11-20T09:55:00Z', interval: 5, close: '60250.50' };

	it('reads a strategy alert', () => {
		expect(content({ ...alert, contracts: '3', market_position: 'long', stop_loss: '59800', take_profit: '61500', confidence: '92' })).toMatchObject({
			format: 'tradingview', symbol: 'BINANCE:BTCUSDT', side: 'buy', action: 'open', entry: '60250.5',
			stopLoss: '59800', takeProfits: [{ price: '61500', share: '1' }], confidence: '92', timeframe: '5',
			quantity: null, createdAt: Date.UTC(2026, 10, 20, 10, 0, 1),
		});
	});

	it('takes the arrival, never the bar, when {{timenow}} is missing', () => {
		const { timenow, ...rest } = alert;
		expect(timenow).toBeDefined();
		expect(content(rest).createdAt).toBeNull();
	});

	it('closes when the position is flat after it', () => {
		expect(content({ ...alert, action: 'sell', market_position: 'flat' })).toMatchObject({ action: 'close', side: 'sell' });
		expect(content({ ticker: 'BTCUSDT', market_position: 'flat' })).toMatchObject({ action: 'close', side: null });
		expect(content({ symbol: 'BTCUSDT', side: 'sell', action: 'open', market_position: 'flat' })).toMatchObject({ action: 'close' });
		expect(content({ ticker: 'BTCUSDT', action: 'close' })).toMatchObject({ action: 'close', side: null });
		expect(content({ ticker: 'BTCUSDT', action: 'cancel', side: 'buy' })).toMatchObject({ action: 'cancel', side: 'buy' });
	});

	it('opens by the position alone, and never takes a part of an exit for a short', () => {
		expect(content({ ticker: 'BTCUSDT', market_position: 'short' })).toMatchObject({ action: 'open', side: 'sell' });
		expect(faults({ ...alert, action: 'sell', market_position: 'long' })).toEqual(['PARTIAL_EXIT action']);
		expect(faults({ ...alert, market_position: 'up' })).toEqual(['FIELD_INVALID market_position']);
	});

	it('reads the nested form', () => {
		const body = { exchange: 'BINANCE', ticker: 'ETHUSDT', strategy: { order_action: 'sell', order_price: 3000.10, market_position: 'short', order_id: 'Short' } };
		expect(content(body)).toMatchObject({ symbol: 'ETHUSDT', side: 'sell', action: 'open', entry: '3000.1' });
	});

	it('takes NaN and blanks of missing series as absent', () => {
		expect(content({ ...alert, stop_loss: 'NaN', take_profit: '', confidence: 'na', comment: '' })).toMatchObject({
			stopLoss: null, takeProfits: [], confidence: null, note: null,
		});
	});

	it('names faults as the alert named its fields', () => {
		expect(faults({ ...alert, action: 'hold', ticker: '{{ticker}}', sl: 'low', interval: {} }).sort()).toEqual([
			'FIELD_INVALID action', 'FIELD_INVALID interval', 'FIELD_INVALID sl', 'FIELD_INVALID ticker',
		]);
		expect(faults({ action: 'buy' })).toEqual(['FIELD_MISSING ticker']);
	});
});

describe('readJson', () => {
	it('says why a body cannot be read and never throws', () => {
		for (const text of ['', 'buy now', '{"a":1,}', '[', '{"a":01}', '\u{feff}', 'NaN']) {
			expect(readJson(Buffer.from(text)).kind).toBe('unparseable');
		}
		expect(readJson(Buffer.from([0x22, 0xff, 0x22])).kind).toBe('unparseable');
		const deep = (depth: number) => readJson(Buffer.from('['.repeat(depth) + ']'.repeat(depth))).kind;
		expect([deep(32), deep(33), deep(32_000)]).toEqual(['json', 'unparseable', 'unparseable']);
		expect(readJson(Buffer.from('{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\""}')).kind).toBe('json');
	});

	it('reads what JSON.parse reads, numbers apart', () => {
		fc.assert(
			fc.property(fc.json({ maxDepth: 6 }), (text) => {
				const read = readJson(Buffer.from(text));
				expect(read.kind).toBe('json');
				if (read.kind !== 'json') return;
				const plain = JSON.stringify(read.value, (_, inner) =>
					inner !== null && typeof inner === 'object' && inner.constructor?.name === 'JsonNumber'
						? Number(inner.text)
						: inner,
				);
				expect(plain).toBe(JSON.stringify(JSON.parse(text)));
			}),
			{ numRuns: RUNS },
		);
	});
});
