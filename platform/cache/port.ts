/**
 * A cache may forget anything at any time; it holds no truth. Values are plain data: what comes out must be treated as read-only.
 */
export interface Cache {
  /** The value, or undefined when it is unknown or expired. */
  get<V>(key: string): Promise<V | undefined>;
  set<V>(key: string, value: V, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
}
