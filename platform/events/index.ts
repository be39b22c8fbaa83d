export { createEventBus, type EventBus, type EventBusOptions, type EventLag } from './bus';
export type { DeadLetter, DeadLetterPage } from './dead-letters';
export { eventMigrations } from './migrations';
export { type DomainEvent, defineTopic, type EventWriter, type Reaction, reaction, type Topic } from './port';
export { inProcessTransport, type Transport } from './transport';
export type { EventLog } from './worker';
