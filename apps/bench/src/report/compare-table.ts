import Table from 'cli-table3';
import pc from 'picocolors';
import { verdictOf, type Figure } from '../figures/figure';
import { count, shown } from '../figures/numbers';
import type { Change, Comparison } from './compare';
import type { Report } from './report';

const COLOUR: Record<Change, (text: string) => string> = {
  worse: pc.red,
  lost: pc.red,
  better: pc.green,
  new: pc.cyan,
  same: pc.dim,
  'not measured': pc.yellow,
};

/** Two reports beside each other, for people. */
export function renderComparison(comparisons: readonly Comparison[]): string {
  const table = new Table({
    head: [
      'scenario',
      'store',
      'documents',
      'figure',
      'of',
      'before',
      'after',
      'after / before',
      'noise',
      'p',
      '',
    ],
    colAligns: ['left', 'left', 'right', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { figure, before, change, ratio, noise, p } of comparisons) {
    if (change === 'not measured') continue;
    table.push([
      figure.scenario,
      figure.store,
      count(figure.size),
      figure.name,
      figure.subject,
      before === undefined ? '' : valueOf(before),
      // Lost with all that its scenario measures: there is not even a figure that says so.
      change === 'lost' && figure.kind === 'measured' ? '' : valueOf(figure),
      ratio === undefined ? '' : ratio.toFixed(2),
      noise === undefined ? '' : `±${(noise * 100).toFixed(0)} %`,
      p === undefined ? '' : p < 0.001 ? '< 0.001' : p.toFixed(3),
      COLOUR[change](change),
    ]);
  }
  const tally = (['worse', 'lost', 'better', 'same', 'new', 'not measured'] as const)
    .map((change) => ({ change, n: comparisons.filter((each) => each.change === change).length }))
    .filter(({ n }) => n > 0)
    .map(({ change, n }) => COLOUR[change](`${n} ${change}`));
  return [table.toString(), ...notMeasured(comparisons), tally.join(', ')].join('\n');
}

/** What only the older report has, by scenario: of what was left out on purpose there is much. */
function notMeasured(comparisons: readonly Comparison[]): string[] {
  const numbers = new Map<string, number>();
  for (const { figure, change } of comparisons) {
    if (change !== 'not measured') continue;
    const run = `${figure.scenario} on ${figure.store} at ${count(figure.size)}`;
    numbers.set(run, (numbers.get(run) ?? 0) + 1);
  }
  return [...numbers].map(([run, n]) => `Not measured: ${run} (${n} ${n === 1 ? 'figure' : 'figures'})`);
}

function valueOf(figure: Figure): string {
  return figure.kind === 'absent' ? verdictOf(figure) : shown(figure.value, figure.unit);
}

/** What makes two reports hard to compare, one line each. */
export function differingCircumstances(before: Report, after: Report): string[] {
  const names = ['cpu', 'cores', 'node', 'system', 'mongod', 'git'] as const;
  const lines = names
    .filter((name) => before.machine[name] !== after.machine[name])
    .map(
      (name) => `${name}: ${before.machine[name] ?? 'none'} before, ${after.machine[name] ?? 'none'} after`,
    );
  if (before.quick !== after.quick) lines.push('one of the reports was made with --quick');
  return lines;
}
