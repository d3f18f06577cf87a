export { STOPPED } from './pulse';
export { createRiskWatch, type RiskWatch, type WatchReport } from './watch.service';
