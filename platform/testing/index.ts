export { type TestDatabase, type TestDatabaseKind, testDatabases } from '@qianxing/database/testing';
export { type Builder, seededBuilder } from './builder';
export { type VirtualClock, virtualClock } from './clock';
export { type EmptiedDatabases, emptiedDatabases } from './emptied-database';
export { armFailpoint, armFailpointsFromText, type FailpointAction, failpoint } from './failpoint';
export { type FaultProxy, faultProxy } from './fault-proxy';
