import Table from 'cli-table3';
import pc from 'picocolors';
import { atOtherSize, verdictOf, type Figure, type Verdict } from '../figures/figure';
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

/** Figures as a table for people. A value is the median of its samples unless its name says otherwise. */
export function renderFigures(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['scenario', 'store', 'documents', 'figure', 'of', 'value', 'p90', 'p99', 'n', 'target', ''],
    colAligns: [
      ...(['left', 'left', 'right', 'left', 'left'] as const),
      ...(['right', 'right', 'right', 'right', 'right', 'left'] as const),
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
  if (figure.kind === 'absent') return ['—', '', '', '', ''];
  const { unit, summary, value, target } = figure;
  const spread = summary && [summary.p90, summary.p99].map((each) => shown(each, unit));
  return [
    shown(value, unit),
    ...(spread ?? ['', '']),
    summary === undefined ? '' : count(summary.n),
    target === undefined ? '' : shownTarget(target, unit),
  ];
}

function judgement(figure: Figure): string {
  const verdict = verdictOf(figure);
  const word = verdict === 'no target' ? [] : [verdict + otherSize(figure)];
  return COLOUR[verdict]([...word, ...(figure.note === undefined ? [] : [figure.note])].join(': '));
}

/** A target that is claimed at another size is no proof, and the table says so. */
function otherSize(figure: Figure): string {
  if (figure.kind === 'absent' || !atOtherSize(figure)) return '';
  return ` (claimed at ${count(figure.target!.size!)})`;
}

/** One line: how many of each. */
export function renderTally(figures: readonly Figure[]): string {
  return tally(figures)
    .map(({ verdict, figures: n }) => COLOUR[verdict](`${n} ${verdict}`))
    .join(', ');
}
