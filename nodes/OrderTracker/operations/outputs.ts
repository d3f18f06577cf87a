import type { IDataObject } from 'n8n-workflow';
import type { Refused } from '../../../core';
import type { OutputItem } from '../../shared/runItems';
import { OUTPUTS } from '../OrderTracker.description';

export const DONE = OUTPUTS.indexOf('Done');
export const REFUSED = OUTPUTS.indexOf('Refused');

/** What was refused, and why. */
export function refusedItem({ code, message }: Refused, about: IDataObject): OutputItem {
	return { output: REFUSED, json: { ...about, code, message } };
}
