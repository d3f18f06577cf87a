export { CALM, TILT_LEVELS, type BehaviourFacts, type LossFacts, type TiltFacts, type TiltLevel } from './facts';
