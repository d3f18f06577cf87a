export type { CommissionMode } from './accounts';
export { machineClock, ManualVenueClock, type VenueClock } from './clock';
export type { CallName, Fault, FrameFault, PlannedFault, RequestFault } from './faults';
export type { CandleRow } from './market-data';
export { type AccountView, type BinanceOptions, BinanceServer, type KeyOptions, startBinance } from './server';
export { type SymbolOptions, USUAL_SYMBOLS } from './symbols';
