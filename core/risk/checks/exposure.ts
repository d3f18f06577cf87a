import { add, gt, isRefused, lte, mul, sub, type ReasonCode } from '../../model';
import type { HeldValue } from '../concentration';
import type { OrderPlan } from '../plan';
import type { CheckResult } from '../risk';
import { block, deny, ifCapacity, pass, shown, type Finding } from './check';

/** One kind of concentration: how its check is named and which code refuses. */
export interface ExposureRule {
	readonly check: string;
	readonly kind: HeldValue['kind'];
	readonly code: ReasonCode;
}

/** The order and what is held beside it stay within every limit of the kind; the nearest is shown. */
export function judgeExposure({ check, kind, code }: ExposureRule, plan: OrderPlan): CheckResult {
	const { size, reference } = plan;
	if (isRefused(size)) return deny(check, size);
	if (isRefused(reference)) return deny(check, reference);
	const worth = mul(size.quantity, reference);
	let nearest: { readonly room: string; readonly finding: Finding } | null = null;
	for (const { name, assets, limit, held } of plan.concentration.filter((each) => each.kind === kind)) {
		if (isRefused(limit)) return deny(check, limit);
		const total = add(held, worth);
		const finding = { limit: shown(limit), observed: shown(total) };
		if (gt(total, limit)) {
			const context = { name, assets: assets.join(', ') };
			return ifCapacity(block(check, code, { ...finding, context }), lte(worth, limit));
		}
		const room = sub(limit, total);
		if (nearest === null || gt(nearest.room, room)) nearest = { room, finding };
	}
	return pass(check, nearest?.finding);
}
