import { COMMAND_KINDS, readPerf, type Histogram, type PerfCounts, type PerfReport } from '@argon/engine';
import type { CommandDefinition } from '../../cli/definition';
import { UsageError } from '../../errors/errors';
import { isoTime } from '../../render/numbers';
import { perfLines } from '../../render/perf';
import { withSession } from '../../store/session';
import { readSpan } from './span';

const MINUTE = 60_000;
/** What stores keep. */
const LONGEST = 24 * 60 * MINUTE;

export const walPerf: CommandDefinition = {
  path: 'wal perf',
  summary: 'how the programs that use the store did lately: latencies, throughput, cache hits',
  details:
    'Every program with an ArgonClient tells the store once a minute what it did; a day of that is kept, of at most 16 ' +
    'programs a minute. A minute is told when it is over, or when the client is closed. Rates are those of the minutes in ' +
    'which something was done. Runs of argon itself are not counted.',
  options: [
    { flags: '-d, --duration <span>', description: "how far back, up to 24h: '1h' (default), '30 minutes'" },
    { flags: '--by-minute', description: 'each minute as well' },
  ],
  examples: [
    ['argon wal perf', 'the last hour'],
    ['argon wal perf --duration 10m --by-minute', ''],
    [
      'argon wal perf --json',
      '{"from", "to", "activeMinutes", "commands": {"read": {"count", "p50", …}, …}, …}',
    ],
  ],
  run: async (context) =>
    withSession(context, async ({ store }) => {
      const { given, output } = context;
      const duration = durationOf(given.text('duration') ?? '1h');
      const now = Date.now();
      const report = await readPerf(store, now - duration, now);
      const byMinute = given.flag('byMinute');
      await output.result(reportJson(report, byMinute), () => perfLines(report, byMinute, output));
    }),
};

function durationOf(text: string): number {
  const span = readSpan(text);
  if (span !== undefined && span >= MINUTE && span <= LONGEST) return span;
  throw new UsageError(
    `--duration takes a span from 1m to 24h ('1h', '30 minutes'), and was given '${text}'.`,
  );
}

function reportJson({ from, to, total, processes, minutes }: PerfReport, byMinute: boolean): object {
  return {
    from: isoTime(from),
    to: isoTime(to),
    activeMinutes: minutes.length,
    ...countsJson(total, minutes.length * 60),
    processes: processes.map(({ process, counts }) => ({ process, ...workJson(counts) })),
    minutes: byMinute
      ? minutes.map(({ at, counts }) => ({ at: isoTime(at), ...countsJson(counts, 60) }))
      : null,
  };
}

/** @param seconds what rates are computed over */
function countsJson({ counters, timed }: PerfCounts, seconds: number): object {
  const { commits, entries, bytes, lost } = counters;
  return {
    commands: Object.fromEntries(
      COMMAND_KINDS.map((kind) => [
        kind,
        { ...timesJson(timed[kind], seconds), failed: counters[`${kind}Failed`] },
      ]),
    ),
    appends: { ...timesJson(timed.append, seconds), lost },
    log: {
      commits,
      entries,
      bytes,
      commitsPerSecond: rate(commits, seconds),
      entriesPerSecond: rate(entries, seconds),
      bytesPerSecond: rate(bytes, seconds),
    },
    caches: {
      documents: cacheJson(counters.documentHits, counters.documentMisses),
      nodes: cacheJson(counters.nodeHits, counters.nodeMisses),
    },
    snapshots: { taken: counters.snapshots, failed: counters.snapshotsFailed },
  };
}

/** Durations in ms; null where there are none. */
function timesJson(times: Histogram, seconds: number): object {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => milliseconds(times.quantile(share)));
  const max = times.count === 0 ? null : milliseconds(times.max);
  return { count: times.count, perSecond: rate(times.count, seconds), p50, p90, p99, max };
}

function workJson({ counters, timed }: PerfCounts): object {
  const commands = COMMAND_KINDS.reduce((sum, kind) => sum + timed[kind].count, 0);
  return { commands, commits: counters.commits, entries: counters.entries, bytes: counters.bytes };
}

function cacheJson(hits: number, misses: number): object {
  return { hits, misses, hitRate: hits + misses === 0 ? null : rounded(hits / (hits + misses)) };
}

function milliseconds(microseconds: number | undefined): number | null {
  return microseconds === undefined ? null : rounded(microseconds / 1_000);
}

function rate(value: number, seconds: number): number {
  return seconds === 0 ? 0 : rounded(value / seconds);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
