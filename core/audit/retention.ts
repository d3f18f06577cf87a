/** Five years, leap days included: nothing younger is ever removed. */
export const RETENTION_DAYS = 1_827;

/** Entries that one marker tells of at most: they are removed in one transaction. */
export const EXPIRY_BATCH = 10_000;
