import { ArgonError } from '@argon/wal';

export class AuthRequiredError extends ArgonError {
  constructor(host: string) {
    super(
      'ARGON_SERVER_AUTH_REQUIRED',
      `A server on ${host} can be reached from other machines, so it must ask for a login. Turn authentication on, or listen on 127.0.0.1.`,
      { host },
    );
  }
}

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
