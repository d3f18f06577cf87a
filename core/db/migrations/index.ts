import type { Migration } from '../migration';
import { foundation } from './0001-foundation';
import { members } from './0002-members';
import { signals } from './0003-signals';
import { paperVenue } from './0004-paper-venue';
import { orders } from './0005-orders';
import { decisions } from './0006-decisions';
import { xp } from './0007-xp';
import { notifications } from './0008-notifications';
import { venueAccounts } from './0009-venue-accounts';
import { exitKinds } from './0010-exit-kinds';
import { protection } from './0011-protection';
import { reconciliation } from './0012-reconciliation';
import { paperModel } from './0013-paper-model';
import { unplacedTickets } from './0014-unplaced-tickets';
import { behaviour } from './0016-behaviour';
import { news } from './0017-news';
import { killSwitch } from './0018-kill-switch';
import { auditAndCompliance } from './0019-audit-and-compliance';
import { riskWatch } from './0020-risk-watch';
import { deadManAndDrills } from './0021-dead-man-and-drills';

/** Every step of the schema, in order. A released one is never edited. */
export const MIGRATIONS: readonly Migration[] = [
	foundation,
	members,
	signals,
	paperVenue,
	orders,
	decisions,
	xp,
	notifications,
	venueAccounts,
	exitKinds,
	protection,
	reconciliation,
	paperModel,
	unplacedTickets,
	behaviour,
	news,
	killSwitch,
	auditAndCompliance,
	riskWatch,
	deadManAndDrills,
];
