import type { IDataObject } from 'n8n-workflow';
import { isRefused, type AccountStatus, type Core, type Decimal, type Refused } from '../../../core';
import { timeOf } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import type { GateCommand } from '../RiskGate.params';

type Command = Extract<GateCommand, { kind: 'status' }>;
type Position = AccountStatus['standing']['positions'][number];

const HOUR = 3_600_000;

const known = (value: Decimal | Refused): Decimal | null => (isRefused(value) ? null : value);

/** Why numbers are missing, each reason once. */
function unknownOf({ standing, feedLostSince, deadMan }: AccountStatus): string[] {
	const { equity, openRisk, used, positions } = standing;
	const refusals = [equity, openRisk, used, ...positions.map((each) => each.lossIfStopped)];
	const reasons = refusals.flatMap((value) => (isRefused(value) ? [value.message] : []));
	const unpriced = positions.filter(({ mark }) => mark === null).map(({ symbol }) => symbol);
	if (unpriced.length > 0) reasons.push(`There is no fresh price of ${unpriced.join(', ')}.`);
	if (feedLostSince !== null) reasons.push(`The venue has given no price since ${timeOf(feedLostSince)}.`);
	if (deadMan === null) reasons.push('Nothing is known of a dead-man switch of this account.');
	return [...new Set(reasons)];
}

function positionItem(position: Position): IDataObject {
	const { loss } = position;
	return {
		trade_id: position.tradeId,
		symbol: position.symbol,
		side: position.side,
		quantity: position.quantity,
		entry_price: position.entryPrice,
		mark: position.mark,
		stop_loss: position.stopLoss,
		loss_if_stopped: known(position.lossIfStopped),
		loss_now: loss,
		loss_limit: position.lossLimit,
		closing: position.closing,
	};
}

function stopItem({ trip, ends }: AccountStatus['trips'][number]): IDataObject {
	const { id, scope, symbol, state, cause, reason, openedAt } = trip;
	return { trip_id: id, scope, symbol, state, cause, reason, since: timeOf(openedAt), ends };
}

function moneyItem({ standing }: AccountStatus): IDataObject {
	const { equity, openRisk, used, equityAt, now } = standing;
	return {
		currency: standing.currency,
		equity: known(equity),
		equity_age_s: equityAt === null ? null : Math.round((now - equityAt) / 1000),
		cash: standing.cash,
		risk_day: standing.riskDay,
		day_start_equity: standing.dayStartEquity,
		realised_today: standing.realisedToday,
		daily_loss_used: known(used),
		daily_loss_limit: standing.limit,
		daily_loss_percent: standing.usedPercent,
		risk_level: standing.level,
		equity_drop: standing.drop,
		peak_equity: standing.peak,
		drawdown: standing.drawdown,
		drawdown_percent: standing.drawdownPercent,
		open_risk: known(openRisk),
	};
}

function guardItem({ behaviour, news, deadMan, room }: AccountStatus): IDataObject {
	return {
		behaviour: behaviour === null ? null : {
			losses_in_a_row: behaviour.memberLosses.inARow,
			required_confidence_extra: behaviour.requiredConfidenceExtra,
			cooldown_until: timeOf(behaviour.cooldownUntil),
			high_risk_cooldown_until: timeOf(behaviour.highRiskCooldownUntil),
			tilt: behaviour.tilt.level,
			tilt_reasons: [...behaviour.tilt.reasons],
			self_locked_until: timeOf(behaviour.selfLockedUntil),
			medic_mode: behaviour.medic,
			risk_factor: behaviour.riskFactor,
			full_auto_off: behaviour.fullAutoOff,
		},
		news: {
			status: news.status,
			refreshed_at: timeOf(news.refreshedAt),
			windows: news.windows.map(({ title, impact, currency, from, until }) => ({
				title, impact, currency, from: timeOf(from), until: timeOf(until),
			})),
		},
		dead_man: deadMan === null ? null : { state: deadMan.state, detail: deadMan.detail },
		positions_left: room?.positionsLeft ?? null,
		positions_limit: room?.positionsMax ?? null,
		orders_left_today: room?.ordersLeft ?? null,
		orders_limit: room?.ordersMax ?? null,
	};
}

function statusItem(status: AccountStatus): IDataObject {
	const { account, member, tier, standing, bySymbol, byAsset, engineBeatAt, curve } = status;
	const share = ({ name, value, percent }: AccountStatus['bySymbol'][number]) => ({ name, value, percent });
	return {
		account_id: account.id,
		member_id: member.id,
		handle: member.handle,
		label: account.label,
		venue: account.venue,
		kind: account.kind,
		tier,
		at: timeOf(standing.now),
		...moneyItem(status),
		positions: standing.positions.map(positionItem),
		exposure_by_symbol: bySymbol.map(share),
		exposure_by_asset: byAsset.map(share),
		trading_state: status.state,
		stops: status.trips.map(stopItem),
		...guardItem(status),
		engine_age_s: engineBeatAt === null ? null : Math.max(0, Math.round((standing.now - engineBeatAt) / 1000)),
		unknown: unknownOf(status),
		curve: curve.map(({ at, width, first, lowest, highest, last }) => ({
			at: timeOf(at), seconds: width / 1000, first, lowest, highest, last,
		})),
	};
}

/** One item per account. */
export async function showStatus(core: Core, { of, curveHours }: Command): Promise<OutputItem[]> {
	const curveSince = curveHours === 0 ? null : core.kernel.clock.now() - curveHours * HOUR;
	const statuses = await core.riskWatch.status({ of, curveSince });
	return statuses.map((status) => ({ output: 0, json: statusItem(status) }));
}
