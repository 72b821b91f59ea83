import type { Report } from './run';

/** What a run came to, by kind, as a table. */
export function totals(seed: number, reports: readonly Report[]): string {
  const rows = reports.map((report) => [
    report.kind,
    report.cases,
    report.refused,
    [...report.explained.values()].reduce((sum, count) => sum + count, 0),
    report.differences.length,
  ]);
  const sum = (column: number): number => rows.reduce((whole, row) => whole + Number(row[column]), 0);
  const lines = [
    ['kind', 'cases', 'refused', 'on purpose', 'differences'],
    ...rows,
    [`all, seed ${seed}`, ...[1, 2, 3, 4].map(sum)],
  ].map(
    ([name, ...numbers]) =>
      `${String(name).padEnd(26)}${numbers.map((each) => String(each).padStart(12)).join('')}`,
  );
  return [...lines, ...reasons(reports)].join('\n');
}

function reasons(reports: readonly Report[]): string[] {
  const counts = new Map<string, number>();
  for (const { explained } of reports) {
    for (const [reason, count] of explained) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].map(([reason, count]) => `  ${count} × ${reason}`);
}
