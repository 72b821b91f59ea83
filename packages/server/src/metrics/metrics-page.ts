import { createServer, type Server } from 'node:http';
import { ListenError } from '../server/errors';
import type { Metrics } from './metrics';

/** Serves `/metrics` as Prometheus reads them, and `/healthz`: 200 while commands are taken, 503 from when that ends. */
export class MetricsPage {
  #isHealthy = true;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** @throws ListenError */
  static async open(metrics: Metrics, host: string, port: number): Promise<MetricsPage> {
    const opened: { page?: MetricsPage } = {};
    const server = createServer((request, response) => {
      const say = (status: number, type: string, text: string) => {
        response.writeHead(status, { 'content-type': type });
        response.end(request.method === 'HEAD' ? undefined : text);
      };
      const path = (request.url ?? '').split('?', 1)[0];
      if (request.method !== 'GET' && request.method !== 'HEAD') say(405, 'text/plain', 'GET only\n');
      else if (path === '/healthz') {
        const isHealthy = opened.page?.isHealthy !== false;
        say(isHealthy ? 200 : 503, 'text/plain', isHealthy ? 'ok\n' : 'shutting down\n');
      } else if (path === '/metrics') {
        metrics.registry.metrics().then(
          (text) => say(200, metrics.registry.contentType, text),
          (error: Error) => say(500, 'text/plain', `${error.message}\n`),
        );
      } else say(404, 'text/plain', 'There are /metrics and /healthz\n');
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new ListenError(host, port, error)));
      server.listen(port, host, resolve);
    });
    const address = server.address();
    opened.page = new MetricsPage(
      server,
      typeof address === 'object' && address !== null ? address.port : port,
    );
    return opened.page;
  }

  get isHealthy(): boolean {
    return this.#isHealthy;
  }

  closing(): void {
    this.#isHealthy = false;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
