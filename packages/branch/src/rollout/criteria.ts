import type { Criteria, Latencies } from './plan';

const DAY = 86_400_000;

/** How the log does in a project, as far as criteria ask. */
export interface RolloutFacts {
  /** When the phase began, ms since the epoch. */
  readonly since: number;
  readonly now: number;
  /** Branches that the log serves. */
  readonly branches: number;
  /** Commands of the last day by kind: how many, how many failed, and how long they took, ms; null where there were none. */
  readonly commands: { readonly [kind in 'read' | 'write']: CommandFacts };
}

export interface CommandFacts {
  readonly count: number;
  readonly failed: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

/** Whether one criterion is met, and why. */
export interface Verdict {
  readonly criterion: string;
  readonly wanted: string;
  readonly found: string;
  readonly met: boolean;
}

/** Every criterion that was given, in order. What cannot be told, as nothing was measured, is not met. */
export function judge(criteria: Criteria, facts: RolloutFacts): readonly Verdict[] {
  const { read, write } = facts.commands;
  const count = read.count + write.count;
  const failures = count === 0 ? undefined : (read.failed + write.failed) / count;
  const verdicts: (Verdict | undefined)[] = [
    atLeast('days in this phase', criteria.minimumDays, (facts.now - facts.since) / DAY),
    atLeast('branches in the log', criteria.minimumBranches, facts.branches),
    atLeast('commands in the last day', criteria.minimumCommands, count),
    atMost('commands that failed', criteria.maximumFailures, failures, percent),
    ...latencies('reads', criteria.maximumMilliseconds?.read, read),
    ...latencies('writes', criteria.maximumMilliseconds?.write, write),
  ];
  return verdicts.filter((verdict) => verdict !== undefined);
}

function latencies(
  kind: string,
  wanted: Latencies | undefined,
  found: CommandFacts,
): (Verdict | undefined)[] {
  return (['p50', 'p99'] as const).map((quantile) =>
    atMost(`${quantile} of ${kind}`, wanted?.[quantile], found[quantile] ?? undefined, milliseconds),
  );
}

function atLeast(criterion: string, wanted: number | undefined, found: number): Verdict | undefined {
  if (wanted === undefined) return undefined;
  return { criterion, wanted: `at least ${plain(wanted)}`, found: plain(found), met: found >= wanted };
}

function atMost(
  criterion: string,
  wanted: number | undefined,
  found: number | undefined,
  text: (value: number) => string,
): Verdict | undefined {
  if (wanted === undefined) return undefined;
  return {
    criterion,
    wanted: `at most ${text(wanted)}`,
    found: found === undefined ? 'none measured' : text(found),
    met: found !== undefined && found <= wanted,
  };
}

/** Cut, not rounded: 6.99 days are not 7. */
function plain(value: number): string {
  return String(Math.floor(value * 100) / 100);
}

function percent(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}

function milliseconds(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}
