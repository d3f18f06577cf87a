export {
	createEngine,
	ENGINE_HEARTBEAT,
	type Engine,
	type EngineHealth,
	type TickReport,
} from './engine.service';
export type { Job, JobHealth } from './job';
export { engineJobs, type JobParts } from './jobs';
