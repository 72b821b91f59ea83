import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import type { Peers } from '../peers/peers';

/** Where a report was measured: two reports say something about each other only when this is alike. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  readonly mongod?: string;
  readonly git?: string;
}

export function thisMachine(peers: Peers): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    system: `${platform()} ${release()}`,
    node: process.version,
    ...(peers.mongod === undefined ? {} : { mongod: peers.mongod.version }),
    ...(peers.git === undefined ? {} : { git: peers.git.version }),
  };
}

/** How busy the machine was over the last minute: processes that ran or wanted to. */
export function load(): number {
  return Math.round(loadavg()[0]! * 100) / 100;
}
