import { greaterIsBetter, verdictOf, type Figure, type MeasuredFigure } from '../figures/figure';
import { mannWhitney } from '../stats/mann-whitney';
import { drift } from '../stats/summary';
import type { Report } from './report';

export type Change = 'worse' | 'better' | 'same' | 'lost' | 'new' | 'not measured';

export interface Comparison {
  /** The newer one; where that is missing, the older. */
  readonly figure: Figure;
  readonly before: Figure | undefined;
  /** `lost`: it could be measured, and now it cannot. `not measured`: nobody tried, for another choice was measured. */
  readonly change: Change;
  /** New value / old value. */
  readonly ratio?: number;
  /** How far the ratio may lie from 1 without meaning anything. */
  readonly noise?: number;
  /** How likely such samples are when nothing has changed (Mann–Whitney), where there are samples. */
  readonly p?: number;
}

export interface CompareOptions {
  /** Changes smaller than this share mean nothing, however sure they are. */
  readonly tolerance: number;
}

/** Below this a difference of two sample sets is not by chance. Strict, since a report has a hundred figures. */
const BY_CHANCE = 0.001;
/** What the medians within a run drift by, times this, two runs may differ by. */
const DRIFTS = 3;

/**
 * Compares a report with an older one, figure by figure. A figure is worse or better only if it moved by more than
 * the noise (the tolerance, or what either run drifted by within itself if that is more) and if its samples say that
 * this is not by chance: medians by the Mann–Whitney test, everything else that has an interval by intervals that do
 * not touch. What only the older report has comes last.
 */
export function compare(before: Report, after: Report, options: CompareOptions): Comparison[] {
  const old = new Map(before.figures.map((figure) => [figure.key, figure]));
  const compared = after.figures.map((figure): Comparison => {
    const other = old.get(figure.key) ?? measuredBefore(figure, before);
    if (other === undefined) return { figure, before: undefined, change: 'new' };
    if (other.kind === 'absent')
      return { figure, before: other, change: figure.kind === 'absent' ? 'same' : 'new' };
    if (figure.kind === 'absent') return { figure, before: other, change: 'lost' };
    return { figure, before: other, ...judge(other, figure, options) };
  });
  return [...compared, ...missing(before, after, compared)];
}

/** Figures that the older report has and the newer one says nothing of. */
function missing(before: Report, after: Report, compared: readonly Comparison[]): Comparison[] {
  const seen = new Set([...compared.map((each) => each.before?.key), ...after.figures.map(({ key }) => key)]);
  const failed = new Set(after.figures.filter((each) => verdictOf(each) === 'failed').map(runOf));
  return before.figures
    .filter(({ kind, key }) => kind === 'measured' && !seen.has(key))
    .map((figure) => ({
      figure,
      before: figure,
      change: failed.has(runOf(figure)) ? 'lost' : 'not measured',
    }));
}

/** What is measured together: if it fails, none of its figures may be there. */
function runOf({ scenario, store, size }: Figure): string {
  return `${scenario} · ${store} · ${size}`;
}

/** Whether the reports have anything to say about each other. */
export function haveCommon(comparisons: readonly Comparison[]): boolean {
  return comparisons.some(({ before, change }) => before !== undefined && change !== 'not measured');
}

/** A scenario that fails is one figure by the scenario's name: any that it had before is lost. */
function measuredBefore(figure: Figure, before: Report): Figure | undefined {
  if (verdictOf(figure) !== 'failed') return undefined;
  return before.figures.find((each) => each.kind === 'measured' && runOf(each) === runOf(figure));
}

function judge(before: MeasuredFigure, after: MeasuredFigure, options: CompareOptions) {
  const ratio = before.value === 0 ? (after.value === 0 ? 1 : Infinity) : after.value / before.value;
  const noise = Math.max(
    options.tolerance,
    DRIFTS * Math.max(drift(before.samples ?? []), drift(after.samples ?? [])),
  );
  const worseBy = greaterIsBetter(after) ? 1 / ratio : ratio;
  const moved = worseBy > 1 + noise ? 'worse' : worseBy < 1 / (1 + noise) ? 'better' : 'same';
  const p =
    after.statistic === 'p50' && before.samples && after.samples
      ? mannWhitney(before.samples, after.samples)
      : undefined;
  const change: Change = moved !== 'same' && isSure(before, after, p) ? moved : 'same';
  return { change, ratio, noise, ...(p === undefined ? {} : { p }) };
}

function isSure(before: MeasuredFigure, after: MeasuredFigure, p: number | undefined): boolean {
  // Fewer samples than this cannot reach such a p, whatever they are.
  const few = Math.min(before.samples?.length ?? 0, after.samples?.length ?? 0) < 8;
  if (p !== undefined && !few) return p < BY_CHANCE;
  if (before.interval && after.interval) {
    return before.interval[1] < after.interval[0] || after.interval[1] < before.interval[0];
  }
  return true;
}

/** Whether anything got worse. */
export function hasRegressed(comparisons: readonly Comparison[]): boolean {
  return comparisons.some(({ change }) => change === 'worse' || change === 'lost');
}
