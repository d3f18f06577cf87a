export { createCompliance, type Compliance } from './compliance.service';
export type { ComplianceDay, ComplianceSummary } from './day';
