import type { MaybePromise } from '@argon/wal';

/** One of those that are measured in turns. */
export interface Contender<T> {
  /** Before each sample, not measured. */
  readonly prepare?: (i: number) => MaybePromise<unknown>;
  /** What is measured. `i` counts from 0, warm-up included. */
  readonly run: (i: number) => MaybePromise<T>;
  /** After each sample, not measured: throws unless the result is right. */
  readonly check?: (result: T, i: number) => MaybePromise<unknown>;
}

export interface RaceOptions {
  readonly samples: number;
  /** Rounds that are not counted. Default: a tenth of `samples`, at least one. */
  readonly warmup?: number;
  /** After this many ms no new round is begun, if there are at least `least` samples. Default a minute. */
  readonly budget?: number;
  /** Default 5, or `samples` if that is less. */
  readonly least?: number;
}

/**
 * Measures all contenders in turns, one sample each per round, so that a machine whose speed drifts treats them alike.
 * @returns for each contender its samples, ms, in the order in which they were taken
 */
export async function race<T extends readonly unknown[]>(
  contenders: readonly [...{ [K in keyof T]: Contender<T[K]> }],
  options: RaceOptions,
): Promise<{ [K in keyof T]: number[] }> {
  const { samples, warmup = Math.max(1, Math.ceil(samples / 10)), budget = 60_000 } = options;
  const least = Math.min(samples, options.least ?? 5);
  const all = contenders as readonly Contender<unknown>[];
  const taken = all.map((): number[] => []);
  const started = performance.now();
  for (let i = 0; i < warmup + samples; i++) {
    const counted = i - warmup;
    if (counted >= least && performance.now() - started > budget) break;
    for (const [k, contender] of all.entries()) {
      const ms = await sampleOf(contender, i);
      if (counted >= 0) taken[k]!.push(ms);
    }
  }
  return taken as { [K in keyof T]: number[] };
}

/** One contender alone. */
export async function sample<T>(contender: Contender<T>, options: RaceOptions): Promise<number[]> {
  const [samples] = await race<[T]>([contender], options);
  return samples;
}

async function sampleOf<T>(contender: Contender<T>, i: number): Promise<number> {
  await contender.prepare?.(i);
  const from = performance.now();
  const pending = contender.run(i);
  // What answers at once is not made to wait a tick.
  const result = pending instanceof Promise ? await pending : pending;
  const ms = performance.now() - from;
  await contender.check?.(result, i);
  return ms;
}
