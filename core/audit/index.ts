export type { AuditEntry, ChainCheck, NewAuditEntry } from './audit';
export type { AuditFilter } from './audit.queries';
export { appendAudit } from './audit.repository';
export { createAudit, type Audit } from './audit.service';
