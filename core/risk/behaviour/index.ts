export { createBehaviour, type Behaviour, type BehaviourView } from './behaviour.service';
export { CALM, TILT_LEVELS, type BehaviourFacts, type LossFacts, type TiltFacts, type TiltLevel } from './facts';
export { loadBehaviour } from './load';
export type { SelfLocked, SelfLockout } from './self-lockout';
