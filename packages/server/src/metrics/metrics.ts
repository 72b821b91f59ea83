import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Seconds: from a command that is answered from memory to one that somebody waits for. */
const BUCKETS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** What a server counts, in a registry of its own. */
export class Metrics {
  readonly registry = new Registry();
  readonly commands = new Histogram({
    name: 'argon_command_seconds',
    help: 'How long commands took to be answered',
    labelNames: ['command', 'ok'] as const,
    buckets: BUCKETS,
    registers: [this.registry],
  });
  readonly connections = new Gauge({
    name: 'argon_connections',
    help: 'Connections that are open',
    registers: [this.registry],
  });
  readonly turnedAway = new Counter({
    name: 'argon_connections_turned_away_total',
    help: 'Connections that were one too many',
    registers: [this.registry],
  });
  readonly failures = new Counter({
    name: 'argon_connection_failures_total',
    help: 'Connections that were ended for what came by them, or by an error of the network',
    registers: [this.registry],
  });
  readonly logins = new Counter({
    name: 'argon_logins_total',
    help: 'Logins',
    labelNames: ['ok'] as const,
    registers: [this.registry],
  });
  readonly bytes = new Counter({
    name: 'argon_network_bytes_total',
    help: 'Bytes that came in and went out',
    labelNames: ['direction'] as const,
    registers: [this.registry],
  });

  /** @param held bytes of large messages that connections hold now */
  constructor(held: () => number) {
    collectDefaultMetrics({ register: this.registry, prefix: 'argon_' });
    new Gauge({
      name: 'argon_held_bytes',
      help: 'Bytes of large messages that are coming in or being answered',
      registers: [this.registry],
      collect() {
        this.set(held());
      },
    });
  }
}
