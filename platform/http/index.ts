export {
  type Access,
  type BodyOf,
  defineContract,
  type Method,
  type ParamsOf,
  type QueryOf,
  type ResponseOf,
  type RouteContract,
} from './contract';
export {
  type Actor,
  type AnonymousActor,
  type Call,
  type Handler,
  implement,
  type Language,
  type MemberActor,
  type RawAnswer,
  type Route,
  type StaffActor,
} from './handler';
export type { IdempotencyStart, IdempotencyStore, StoredAnswer } from './idempotency';
