import { createKernel, openPool, type DatabaseConfig } from '../../../core/db';
import { ManualClock } from '../../../core/model';
import type { IntakeRequest } from '../../../core/signals';
import { serve } from '../../support/processes';
import { KEY, signalsOf } from './support';

/** One call: what the clocks say then, and at which real instant it begins. */
export interface SendOrder {
	config: DatabaseConfig;
	now: number;
	startAt: number | null;
	request: Omit<IntakeRequest, 'rawBody'> & { rawBody: string };
}

export interface SendReport {
	status: number;
	id: string | undefined;
	duplicate: boolean | undefined;
}

const clock = new ManualClock(0);
let signals: ReturnType<typeof signalsOf> | null = null;

serve<SendOrder, SendReport>(async ({ config, now, startAt, request }) => {
	signals ??= signalsOf(createKernel(openPool(config), { clock }));
	clock.set(now);
	while (startAt !== null && Date.now() < startAt);
	const call = { ...request, rawBody: Buffer.from(request.rawBody, 'base64') };
	const answer = await signals.receive(call, [KEY], 'intake-1');
	const body = answer.body as { signal_id?: string; duplicate?: boolean };
	return { status: answer.status, id: body.signal_id, duplicate: body.duplicate };
});
