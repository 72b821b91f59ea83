import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ServerEvent, ServerTls } from '@argon/server';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { UsageError } from '../errors/errors';
import { withSession } from '../store/session';

const MEBIBYTE = 1024 * 1024;

export const serve: CommandDefinition = {
  path: 'serve',
  summary: "speak MongoDB's wire protocol, so that any driver and tool reaches any branch",
  details:
    'A database is a project; `shop~feature-x` is a branch, `shop@1042` a moment. Serves until Ctrl-C. Listens on this machine only, ' +
    'unless --host says otherwise; then, and with --auth, clients log in as users that `argon user create` made.',
  options: [
    { flags: '--port <n>', description: 'the port (default: 27018; 0: any that is free)' },
    { flags: '--host <address>', description: 'the address to listen on (default: 127.0.0.1)' },
    { flags: '--auth', description: 'clients must log in' },
    { flags: '--tls-cert <file>', description: 'take connections by TLS only, with this certificate (PEM)' },
    { flags: '--tls-key <file>', description: "the certificate's key (PEM; default: in the same file)" },
    {
      flags: '--tls-ca <file>',
      description: 'take only clients whose certificate one of these has signed (PEM)',
    },
    {
      flags: '--advertise <host:port>',
      description: 'what clients are told to connect to, where a proxy or container has another address',
    },
    { flags: '--metrics-port <n>', description: 'serve /metrics and /healthz by HTTP on this port' },
    { flags: '--metrics-host <address>', description: 'the address for those (default: 127.0.0.1)' },
    { flags: '--max-connections <n>', description: 'turn more away (default: 5000)' },
    { flags: '--cache <MiB>', description: 'memory for documents (default: 64)' },
    { flags: '--log-connections', description: 'say who comes and goes' },
  ],
  examples: [
    ['argon serve', 'then: mongosh mongodb://127.0.0.1:27018/shop~feature-x'],
    ['argon serve --host 0.0.0.0 --auth --tls-cert server.pem', 'for other machines'],
    ['argon serve --port 0 --json', '{"uri", "host", "port", "metricsPort"}, once it can be connected to'],
  ],
  run: async (context) => {
    const { given, output, terminal } = context;
    const tls = await tlsOf(context);
    const metricsPort = given.integer('metricsPort');
    const maxConnections = given.integer('maxConnections', 1);
    const cache = given.integer('cache', 1);
    const host = given.text('host');
    const port = given.integer('port');
    const advertise = given.text('advertise');
    const metricsHost = given.text('metricsHost');
    await withSession(
      context,
      async (session) => {
        const { ArgonServer } = await import('@argon/server');
        const server = await ArgonServer.listen({
          handler: session.dual?.handler ?? session.handler,
          engine: session.engine,
          auth: given.flag('auth'),
          ...(host !== undefined && { host }),
          ...(port !== undefined && { port }),
          ...(tls !== undefined && { tls }),
          ...(advertise !== undefined && { advertise }),
          ...(maxConnections !== undefined && { maxConnections }),
          ...(metricsPort !== undefined && {
            metrics: { port: metricsPort, ...(metricsHost !== undefined && { host: metricsHost }) },
          }),
          log: (event) => {
            const text = told(event, given.flag('logConnections'));
            if (text !== undefined) void output.note(text).catch(() => undefined);
          },
        });
        try {
          const where = {
            uri: server.uri,
            host: server.host,
            port: server.port,
            metricsPort: server.metricsPort ?? null,
          };
          await output.result(where, () => [
            `Serving ${session.address.address} on ${server.uri}; Ctrl-C to stop`,
            ...(server.metricsPort === undefined
              ? []
              : [`Metrics and health on http://${metricsHost ?? '127.0.0.1'}:${server.metricsPort}`]),
          ]);
          await interrupted(terminal.signal);
        } finally {
          await server.close();
        }
      },
      {
        materializer: { warm: true, ...(cache !== undefined && { cacheBytes: cache * MEBIBYTE }) },
        perf: true,
      },
    );
  },
};

async function tlsOf({ given, terminal }: CommandContext): Promise<ServerTls | undefined> {
  const read = async (option: string, file: string | undefined) => {
    if (file === undefined) return undefined;
    try {
      return await readFile(resolve(terminal.cwd, file));
    } catch (error) {
      throw new UsageError(`--${option} ${file} cannot be read: ${(error as Error).message}`);
    }
  };
  const cert = await read('tls-cert', given.text('tlsCert'));
  const key = await read('tls-key', given.text('tlsKey'));
  const ca = await read('tls-ca', given.text('tlsCa'));
  if (cert === undefined) {
    if (key !== undefined || ca !== undefined)
      throw new UsageError('--tls-key and --tls-ca need --tls-cert.');
    return undefined;
  }
  return {
    cert,
    key: key ?? cert,
    ...(ca !== undefined && { ca, requestCert: true, rejectUnauthorized: true }),
  };
}

function told(event: ServerEvent, isVerbose: boolean): string | undefined {
  switch (event.event) {
    case 'failed':
      return `Connection ${event.connectionId} from ${event.peer} ended: ${event.error.message}`;
    case 'turned-away':
      return `Turned away: a connection from ${event.peer}; there are too many`;
    default:
      return isVerbose ? `Connection ${event.connectionId} from ${event.peer} ${event.event}` : undefined;
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
