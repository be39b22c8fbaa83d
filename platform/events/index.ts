export { type DomainEvent, defineTopic, type EventWriter, type Reaction, reaction, type Topic } from './port';
