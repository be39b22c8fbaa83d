import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on loopback that hurts the connection between a client and a server on demand. */
export interface FaultProxy {
  readonly port: number;
  /** Bytes of both directions wait this long. 0 ends the fault. */
  delay(latencyMs: number): void;
  /** Resets every open connection; new ones are served. */
  cut(): void;
  /** Bytes go nowhere while the connections stay open, as behind a dead firewall. */
  blackHole(on: boolean): void;
  /** Requests reach the server and its answers are lost: the client cannot know what happened. */
  dropAnswers(on: boolean): void;
  /** Refuses new connections. */
  refuse(on: boolean): void;
  /** Bytes swallowed so far; a test of a fault asserts that the fault happened. */
  lostBytes(): number;
  /** Connections open now. */
  connections(): number;
  close(): Promise<void>;
}

interface Faults {
  latencyMs: number;
  blackHole: boolean;
  dropAnswers: boolean;
  refuse: boolean;
}

/** Opens a proxy on a free port in front of `target` (loopback by default). */
export async function faultProxy(target: { port: number; host?: string }): Promise<FaultProxy> {
  const faults: Faults = { latencyMs: 0, blackHole: false, dropAnswers: false, refuse: false };
  const open = new Set<Socket>();
  let lostBytes = 0;

  const server = createServer((client) => {
    if (faults.refuse) {
      reset(client);
      return;
    }
    const upstream = connect(target.port, target.host ?? '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      // Errors are what this proxy is for; `close` follows each.
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    client.on(
      'data',
      forwardTo(upstream, () => faults.blackHole),
    );
    upstream.on(
      'data',
      forwardTo(client, () => faults.blackHole || faults.dropAnswers),
    );
  });

  /** Bytes keep their order: each waits for those before it. */
  function forwardTo(socket: Socket, lost: () => boolean): (bytes: Buffer) => void {
    let before: Promise<void> = Promise.resolve();
    return (bytes) => {
      if (lost()) {
        lostBytes += bytes.length;
        return;
      }
      const { latencyMs } = faults;
      const due = latencyMs === 0 ? undefined : new Promise<void>((resolve) => setTimeout(resolve, latencyMs));
      before = before
        .then(() => due)
        .then(() => {
          if (socket.writable) socket.write(bytes);
        });
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of open) reset(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    delay: (latencyMs) => {
      faults.latencyMs = latencyMs;
    },
    cut,
    blackHole: (on) => {
      faults.blackHole = on;
    },
    dropAnswers: (on) => {
      faults.dropAnswers = on;
    },
    refuse: (on) => {
      faults.refuse = on;
    },
    lostBytes: () => lostBytes,
    connections: () => open.size / 2,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Node leaks the handle of a socket that is reset while it is shutting down; such a one is only destroyed. */
function reset(socket: Socket): void {
  if (socket.readyState === 'open') socket.resetAndDestroy();
  else socket.destroy();
}
