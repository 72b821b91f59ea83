import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { MeasuredFigure, Unit } from '../../figures/figure';
import { count, shown } from '../../figures/numbers';

const WIDTH = 760;
const ARGON = '#1f6feb';
const OTHERS = '#8c6bb1';
const TARGET = '#d1242f';

/** Each sample of some figures of one unit as a dot, the median as a bar, targets as lines. SVG. */
export function samplesPlot(figures: readonly MeasuredFigure[], unit: Unit): string {
  const rows = figures.filter((figure) => figure.samples !== undefined);
  const dots = rows.flatMap((figure) =>
    figure.samples!.map((value) => ({ value, row: rowOf(figure), subject: figure.subject })),
  );
  const medians = rows.map((figure) => ({ value: figure.summary!.p50, row: rowOf(figure) }));
  const targets = rows.flatMap((figure) =>
    figure.target === undefined ? [] : [{ value: limitOf(figure), row: rowOf(figure) }],
  );
  const logarithmic = [...dots, ...targets].every(({ value }) => value > 0);
  return svg({
    width: WIDTH,
    height: 50 + 30 * rows.length,
    marginLeft: 290,
    marginRight: 24,
    insetLeft: 8,
    insetRight: 8,
    x: axis(unit, logarithmic),
    y: { label: null, domain: rows.map(rowOf), tickSize: 0 },
    marks: [
      Plot.dot(dots, {
        x: 'value',
        y: 'row',
        r: 2.5,
        fill: ({ subject }: { subject: string }) => (subject === 'Argon' ? ARGON : OTHERS),
        fillOpacity: 0.25,
      }),
      Plot.tickX(medians, { x: 'value', y: 'row', strokeWidth: 2.5 }),
      Plot.tickX(targets, { x: 'value', y: 'row', stroke: TARGET, strokeWidth: 2, strokeDasharray: '3,2' }),
    ],
  });
}

/** How figures of one unit grow with the number of documents: a line for each. SVG. */
export function growthPlot(figures: readonly MeasuredFigure[], unit: Unit): string {
  const points = figures.map((figure) => ({
    size: figure.size,
    value: figure.value,
    line: `${figure.name} · ${figure.subject} · ${figure.store}`,
  }));
  const logarithmic = points.every(({ value }) => value > 0);
  const last = new Map<string, (typeof points)[number]>();
  for (const point of points) {
    const known = last.get(point.line);
    if (known === undefined || known.size < point.size) last.set(point.line, point);
  }
  return svg({
    width: WIDTH,
    height: 260,
    marginLeft: 80,
    marginRight: 290,
    x: { type: 'log', label: 'documents', tickFormat: (size: number) => count(size), ticks: 4 },
    y: axis(unit, logarithmic),
    marks: [
      Plot.line(points, { x: 'size', y: 'value', z: 'line', stroke: 'line' }),
      Plot.dot(points, { x: 'size', y: 'value', fill: 'line', r: 3.5 }),
      Plot.text([...last.values()], {
        x: 'size',
        y: 'value',
        text: 'line',
        textAnchor: 'start',
        dx: 8,
        fill: 'currentColor',
      }),
    ],
  });
}

function rowOf(figure: MeasuredFigure): string {
  return `${figure.subject} · ${figure.name} · ${figure.store} ${count(figure.size)}`;
}

function limitOf({ target }: MeasuredFigure): number {
  return 'most' in target! ? target.most : target!.least;
}

function axis(unit: Unit, logarithmic: boolean) {
  return {
    type: logarithmic ? ('log' as const) : ('linear' as const),
    label: null,
    grid: true,
    ticks: 5,
    tickFormat: (value: number) => shown(value, unit),
  };
}

/** Drawn once, here: the page needs no script. */
function svg(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>');
  const plot = Plot.plot({
    ...options,
    document: document as never,
    style: { background: 'none', fontSize: '11px' },
  });
  return (plot as unknown as { outerHTML: string }).outerHTML;
}
