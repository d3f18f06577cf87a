export * from './dialects';
export * from './heartbeats.repository';
export * from './kernel';
export * from './leases.repository';
export { migrate, rollbackAll } from './migrate';
export { closePool, openPool, type Conn, type DatabaseConfig, type Pool, type Trx } from './open';
export { changed, changing } from './rows';
export * from './settings.repository';
export * from './transaction';
