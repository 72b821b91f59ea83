import Table from 'cli-table3';
import { meetsTarget, type Figure } from '../scenarios/scenario';

/** Figures as a table for people. */
export function renderFigures(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['scenario', 'figure', 'median', 'p99', 'target', ''],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const figure of figures) {
    table.push([
      figure.scenario,
      figure.name,
      show(figure.median, figure.unit),
      figure.p99 === undefined ? '' : show(figure.p99, figure.unit),
      figure.target === undefined
        ? ''
        : `${figure.unit === '1/s' ? '≥' : '≤'} ${show(figure.target, figure.unit)}`,
      figure.target === undefined ? '' : meetsTarget(figure) ? 'met' : 'missed',
    ]);
  }
  return table.toString();
}

function show(value: number, unit: Figure['unit']): string {
  switch (unit) {
    case 'ms':
      return `${value.toFixed(3)} ms`;
    case 'bytes':
      return `${Math.round(value)} B`;
    case 'ratio':
      return `${value.toFixed(2)} ×`;
    case '1/s':
      return `${Math.round(value).toLocaleString('en')}/s`;
  }
}
