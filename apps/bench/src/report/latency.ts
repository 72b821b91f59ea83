import { Bench } from 'tinybench';

export interface Latency {
  /** ms */
  readonly median: number;
  /** ms */
  readonly p99: number;
}

/** Runs `work` one after another, `warmup` times unmeasured and then `iterations` times. */
export async function latencyOf(
  work: () => Promise<unknown>,
  { iterations, warmup = Math.ceil(iterations / 10) }: { iterations: number; warmup?: number },
): Promise<Latency> {
  const bench = new Bench({ iterations, time: 0, warmupIterations: warmup, warmupTime: 0, throws: true });
  bench.add('work', async () => {
    await work();
  });
  const [task] = await bench.run();
  const result = task!.result;
  if (!('latency' in result)) throw new Error(`The measurement did not complete: ${result.state}`);
  return { median: result.latency.p50, p99: result.latency.p99 };
}
