import { COMMAND_KINDS, type Histogram, type PerfCounts, type PerfReport } from '@argon/engine';
import { byteSize, count, counted, duration, moment } from './numbers';
import type { Output } from './output';

/** How processes did, for people. */
export function perfLines(report: PerfReport, byMinute: boolean, output: Output): readonly string[] {
  const { from, to, total, minutes, processes } = report;
  const span = `${moment(from)} to ${moment(to)}`;
  if (minutes.length === 0) return [`${span}: no program has told of anything done`];
  const seconds = minutes.length * 60;
  return [
    `${span}: ${counted(minutes.length, 'minute')} in which something was done, ` +
      `${counted(processes.length, 'program')}`,
    '',
    timesTable(total, seconds, output),
    '',
    ...logLines(total, seconds),
    ...cacheLines(total),
    '',
    processTable(report, output),
    ...(byMinute ? ['', minuteTable(report, output)] : []),
  ];
}

function timesTable({ timed, counters }: PerfCounts, seconds: number, output: Output): string {
  const row = (title: string, times: Histogram, failed: string): string[] => [
    title,
    count(times.count),
    failed,
    perSecond(times.count, seconds),
    ...[0.5, 0.9, 0.99].map((share) => time(times.quantile(share))),
    times.count === 0 ? '' : time(times.max),
  ];
  const numbers = ['Count', 'Failed', 'Per second', 'p50', 'p90', 'p99', 'Longest'];
  return output.table(
    [{ title: 'Commands' }, ...numbers.map((title) => ({ title, align: 'right' as const }))],
    [
      ...COMMAND_KINDS.map((kind) => row(kind, timed[kind], count(counters[`${kind}Failed`]))),
      row('appends to the log', timed.append, ''),
    ],
  );
}

function logLines({ counters }: PerfCounts, seconds: number): readonly string[] {
  const { commits, entries, bytes, lost, snapshots, snapshotsFailed } = counters;
  return [
    `Log: ${counted(commits, 'commit')} (${perSecond(commits, seconds)} a second), ` +
      `${counted(entries, 'entry', 'entries')} (${perSecond(entries, seconds)}), ` +
      `${byteSize(bytes)} of documents (${byteSize(Math.round(bytes / seconds))})`,
    ...(lost === 0 ? [] : [`Computed again because another program was faster: ${counted(lost, 'append')}`]),
    ...(snapshots + snapshotsFailed === 0
      ? []
      : [
          `Snapshots: ${count(snapshots)} taken${snapshotsFailed === 0 ? '' : `, ${count(snapshotsFailed)} failed`}`,
        ]),
  ];
}

function cacheLines({ counters }: PerfCounts): readonly string[] {
  const { documentHits, documentMisses, nodeHits, nodeMisses } = counters;
  return [
    `Documents found in memory: ${share(documentHits, documentMisses)}`,
    `Nodes of snapshots found in memory: ${share(nodeHits, nodeMisses)}`,
  ];
}

function processTable({ processes }: PerfReport, output: Output): string {
  return output.table(
    [{ title: 'Program' }, ...WORK_COLUMNS],
    processes.map(({ process, counts }) => [process, ...workCells(counts)]),
  );
}

function minuteTable({ minutes }: PerfReport, output: Output): string {
  const titles = ['Read p50', 'p99', 'Write p50', 'p99'];
  return output.table(
    [{ title: 'Minute' }, ...WORK_COLUMNS, ...titles.map((title) => ({ title, align: 'right' as const }))],
    minutes.map(({ at, counts }) => [
      moment(at),
      ...workCells(counts),
      ...[counts.timed.read, counts.timed.write].flatMap((times) => [
        time(times.quantile(0.5)),
        time(times.quantile(0.99)),
      ]),
    ]),
  );
}

const WORK_COLUMNS = ['Reads', 'Writes', 'Others', 'Commits', 'Entries'].map((title) => ({
  title,
  align: 'right' as const,
}));

function workCells({ timed, counters }: PerfCounts): readonly string[] {
  return [...COMMAND_KINDS.map((kind) => timed[kind].count), counters.commits, counters.entries].map(count);
}

/** @param microseconds undefined: there is none */
function time(microseconds: number | undefined): string {
  return microseconds === undefined ? '' : duration(microseconds / 1_000);
}

function perSecond(value: number, seconds: number): string {
  const rate = value / seconds;
  return rate < 10 ? rate.toFixed(2) : count(Math.round(rate));
}

function share(hits: number, misses: number): string {
  if (hits + misses === 0) return 'none was asked for';
  return `${((100 * hits) / (hits + misses)).toFixed(1)} % of ${count(hits + misses)}`;
}
