import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { DEFAULT_MEMORY_LIMIT, type PipelineEnv } from './env';

/** Bytes counted for a value that has no length of its own. */
const SCALAR_BYTES = 16;

/** Roughly what a value takes, for memory limits; fields and elements count, not JavaScript's overhead. */
export function approximateSize(value: Value | undefined): number {
  if (typeof value === 'string') return SCALAR_BYTES + value.length;
  if (value instanceof Map) {
    let size = SCALAR_BYTES;
    for (const [name, field] of value) size += name.length + approximateSize(field);
    return size;
  }
  if (Array.isArray(value)) {
    let size = SCALAR_BYTES;
    for (const element of value) size += approximateSize(element);
    return size;
  }
  return SCALAR_BYTES;
}

/**
 * Counts what a stage holds. With `allowDiskUse: false` it fails with mongod's 292 past the limit; otherwise stages
 * may grow: Argon does not spill, it keeps what it sorts and groups in memory.
 */
export class MemoryMeter {
  private used = 0;
  private readonly limit: number;

  constructor(
    private readonly what: string,
    env: PipelineEnv,
  ) {
    this.limit = env.allowDiskUse === false ? (env.memoryLimit ?? DEFAULT_MEMORY_LIMIT) : Infinity;
  }

  add(value: Value | undefined): void {
    if (this.limit === Infinity) return;
    this.used += approximateSize(value);
    if (this.used <= this.limit) return;
    throw new CommandError(
      'QueryExceededMemoryLimitNoDiskUseAllowed',
      `Exceeded memory limit for ${this.what}, but didn't allow external sort. Pass allowDiskUse:true to opt in.`,
    );
  }
}
