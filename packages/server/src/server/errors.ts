import { ArgonError } from '@argon/wal';

/** A server was to listen beyond loopback without asking for a login. Turn authentication on, or listen on 127.0.0.1. */
export class AuthRequiredError extends ArgonError {
  constructor(host: string) {
    super(
      'ARGON_SERVER_AUTH_REQUIRED',
      `A server on ${host} can be reached from other machines, so it must ask for a login. Turn authentication on, or listen on 127.0.0.1.`,
      { host },
    );
  }
}

/** The address or port cannot be listened on. `data` has both; the message says whether the port is taken. */
export class ListenError extends ArgonError {
  constructor(host: string, port: number, cause: Error) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    super(
      'ARGON_SERVER_LISTEN',
      isTaken
        ? `Port ${port} of ${host} is taken. End what listens there, or choose another port.`
        : `Cannot listen on ${host}:${port}: ${cause.message}`,
      { host, port },
      { cause },
    );
  }
}
