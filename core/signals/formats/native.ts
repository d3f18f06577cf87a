import { z } from 'zod';
import { ORDER_TYPES, SIDES, SIGNAL_ACTIONS, SIGNAL_CLASSES } from '../../model';
import {
	confidenceField,
	instantField,
	membersField,
	priceField,
	quantityField,
	remarkField,
	targetsField,
	textField,
	wordField,
} from '../fields';

/** Longest texts, in characters. */
const LENGTHS = { id: 128, source: 64, symbol: 64, word: 64, note: 2_000 };

export const actionField = wordField(SIGNAL_ACTIONS);
export const orderTypeField = wordField(ORDER_TYPES);
export const CONFIDENCE_SCALES = ['percent', 'unit'] as const;
export const scaleField = wordField(CONFIDENCE_SCALES);

/**
 * The native form, one field a line. Fields that are null count as absent, unknown ones are
 * ignored; what depends on several fields is checked after it.
 */
export const nativeSchema = z.object({
	id: textField(LENGTHS.id, 'Send text of your own that is never used again.', true).optional(),
	source: textField(LENGTHS.source, 'Send the name of the strategy.').optional(),
	symbol: textField(LENGTHS.symbol, 'Send the market as text, for example "BTC/USDT".'),
	side: wordField(SIDES).optional(),
	action: actionField.optional(),
	class: wordField(SIGNAL_CLASSES).optional(),
	confidence: confidenceField.optional(),
	confidence_scale: scaleField.optional(),
	order_type: orderTypeField.optional(),
	entry: priceField.optional(),
	trigger: priceField.optional(),
	stop_loss: priceField.optional(),
	take_profit: targetsField.optional(),
	quantity: quantityField.optional(),
	timeframe: remarkField(LENGTHS.word).optional(),
	pattern: remarkField(LENGTHS.word).optional(),
	created_at: instantField.optional(),
	expires_at: instantField.optional(),
	members: membersField.optional(),
	note: remarkField(LENGTHS.note).optional(),
});

/** The fields of the native form, read. */
export type NativeFields = z.infer<typeof nativeSchema>;
