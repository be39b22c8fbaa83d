/** A private MariaDB for tests and benchmarks; see `mariadb.mjs`. */
export interface PrivateMariadb {
  /** `mysql://root@127.0.0.1:<port>`, without a database name. */
  readonly url: string;
  readonly port: number;
  readonly pid: number | undefined;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}
export function mariadbPath(): string | undefined;
export function startMariadb(options?: { extra?: string[] }): Promise<PrivateMariadb>;
