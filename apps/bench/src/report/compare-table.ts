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
    table.push([
      figure.scenario,
      figure.store,
      count(figure.size),
      figure.name,
      figure.subject,
      before === undefined ? '' : valueOf(before),
      valueOf(figure),
      ratio === undefined ? '' : ratio.toFixed(2),
      noise === undefined ? '' : `±${(noise * 100).toFixed(0)} %`,
      p === undefined ? '' : p < 0.001 ? '< 0.001' : p.toFixed(3),
      COLOUR[change](change),
    ]);
  }
  const tally = (['worse', 'lost', 'better', 'same', 'new'] as const)
    .map((change) => ({ change, n: comparisons.filter((each) => each.change === change).length }))
    .filter(({ n }) => n > 0)
    .map(({ change, n }) => COLOUR[change](`${n} ${change}`));
  return `${table.toString()}\n${tally.join(', ')}`;
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
