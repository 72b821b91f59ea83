import Table from 'cli-table3';
import pc from 'picocolors';
import { atOtherSize, verdictOf, type Figure, type MeasuredFigure, type Verdict } from '../figures/figure';
import { count, shown, shownTarget } from '../figures/numbers';
import { tally } from './tally';

const COLOUR: Record<Verdict, (text: string) => string> = {
  met: pc.green,
  missed: pc.red,
  failed: pc.red,
  'not there yet': pc.yellow,
  'no peer': pc.yellow,
  'no target': pc.dim,
};

/** Figures as a table for people. */
export function renderFigures(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['scenario', 'store', 'documents', 'figure', 'of', 'value', 'p50', 'p90', 'p99', 'n', 'target', ''],
    colAligns: [
      'left',
      'left',
      'right',
      'left',
      'left',
      'right',
      'right',
      'right',
      'right',
      'right',
      'right',
      'left',
    ],
    style: { head: [], border: [], compact: true },
  });
  let previous = '';
  for (const figure of figures) {
    const { scenario, store, size } = figure;
    const where = `${scenario} ${store} ${size}`;
    const lead = where === previous ? ['', '', ''] : [scenario, store, count(size)];
    previous = where;
    table.push([...lead, figure.name, figure.subject, ...cells(figure), judgement(figure)]);
  }
  return table.toString();
}

function cells(figure: Figure): string[] {
  if (figure.kind === 'absent') return ['—', '', '', '', '', ''];
  const { unit, summary, value, target } = figure;
  const spread = summary && [summary.p50, summary.p90, summary.p99].map((each) => shown(each, unit));
  return [
    shown(value, unit),
    ...(spread ?? ['', '', '']),
    summary === undefined ? '' : count(summary.n),
    target === undefined ? '' : shownTarget(target, unit),
  ];
}

function judgement(figure: Figure): string {
  const verdict = verdictOf(figure);
  if (verdict === 'no target') return '';
  const detail = figure.kind === 'absent' ? `: ${figure.note ?? ''}` : otherSize(figure);
  return COLOUR[verdict](`${verdict}${detail}`);
}

/** A target that is claimed at another size is no proof, and the table says so. */
function otherSize(figure: MeasuredFigure): string {
  return atOtherSize(figure) ? ` (claimed at ${count(figure.target!.size!)})` : '';
}

/** One line: how many of each. */
export function renderTally(figures: readonly Figure[]): string {
  return tally(figures)
    .map(({ verdict, figures: n }) => COLOUR[verdict](`${n} ${verdict}`))
    .join(', ');
}
