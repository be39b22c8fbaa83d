export type { Authenticator } from './access';
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
export { decodeCursor, encodeCursor } from './cursor';
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
export { parseJsonBody } from './json-body';
export type { LoadLimits } from './load';
export { type ApiInfo, type OpenApiDocument, openApiDocument } from './open-api';
export type { ReadinessCheck } from './operations';
export type { ProblemDocument } from './problem-document';
export { inProcessRateLimiter, type RateLimiter, type RateVerdict } from './rate-limit';
export { createHttpServer, type HttpServer, type HttpServerOptions, type ListenOptions } from './server';
export type { StaticMount } from './static-files';
