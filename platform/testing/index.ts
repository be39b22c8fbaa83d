export { type VirtualClock, virtualClock } from './clock';
export { armFailpoint, armFailpointsFromText, type FailpointAction, failpoint } from './failpoint';
