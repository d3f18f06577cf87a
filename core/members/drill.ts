import type { DrillId } from '../model';

const PREFIX = 'fire-drill-';

/** Handle of the member that a fire drill makes for itself. */
export const drillHandle = (id: DrillId): string => `${PREFIX}${id.slice('drl_'.length)}`;

/**
 * Whether it is a fire drill's member: signals to everybody pass it by, it earns nothing, and nobody
 * is told of what happens to it.
 */
export const isDrillHandle = (handle: string): boolean => handle.startsWith(PREFIX);

/** The same as a pattern of SQL. */
export const DRILL_PATTERN = `${PREFIX}%`;
