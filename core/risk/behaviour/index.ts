export {
	createBehaviour, type Behaviour, type BehaviourView, type SelfLocked, type SelfLockout,
} from './behaviour.service';
export { CALM, TILT_LEVELS, type BehaviourFacts, type LossFacts, type TiltFacts, type TiltLevel } from './facts';
export { loadBehaviour } from './load';
