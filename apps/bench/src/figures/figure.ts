import type { Interval } from '../stats/bootstrap';
import type { Statistic, Summary } from '../stats/summary';

export type StoreKind = 'lmdb' | 'mongodb';

/** `share` is 0 to 1, written as percent; `1/s` is per second. */
export type Unit = 'ms' | 'bytes' | 'ratio' | '1/s' | 'share';

/** What a figure has to be: at most, or at least. */
export type Target = ({ readonly most: number } | { readonly least: number }) & {
  /** The size that the target is claimed at; absent: at any. */
  readonly size?: number;
};

interface Common {
  /** The same for the same figure in every report: scenario, store, size, name, subject. */
  readonly key: string;
  readonly scenario: string;
  readonly store: StoreKind;
  /** Documents. */
  readonly size: number;
  /** What was measured. */
  readonly name: string;
  /** What it was measured of: `Argon`, a peer, or `Argon / peer`. */
  readonly subject: string;
  readonly note?: string;
}

export interface MeasuredFigure extends Common {
  readonly kind: 'measured';
  readonly unit: Unit;
  /** What `value` is of the samples; `value` where it was measured once. */
  readonly statistic: Statistic | 'value';
  readonly value: number;
  readonly summary?: Summary;
  /** Where the true value lies with 95 % confidence, by what this run shows. */
  readonly interval?: Interval;
  /** In the order in which they were taken; at most 500 of them, evenly picked. */
  readonly samples?: readonly number[];
  readonly target?: Target;
}

/** A figure that there is none of, and why. */
export interface AbsentFigure extends Common {
  readonly kind: 'absent';
  /**
   * `not there yet`: Argon cannot do it so far. `no peer`: what it is compared with is not on this machine.
   * `failed`: measuring it went wrong, which is a fault.
   */
  readonly why: 'not there yet' | 'no peer' | 'failed';
}

export type Figure = MeasuredFigure | AbsentFigure;

export type Verdict = 'met' | 'missed' | 'no target' | AbsentFigure['why'];

export function verdictOf(figure: Figure): Verdict {
  if (figure.kind === 'absent') return figure.why;
  if (figure.target === undefined) return 'no target';
  const met =
    'most' in figure.target ? figure.value <= figure.target.most : figure.value >= figure.target.least;
  return met ? 'met' : 'missed';
}

/** Whether the target is claimed at another size than this figure was measured at. */
export function atOtherSize(figure: Figure): boolean {
  if (figure.kind === 'absent') return false;
  const { target } = figure;
  return target?.size !== undefined && target.size !== figure.size;
}

/** Whether more is better. What has a target says so itself; throughputs and hit rates are better when greater. */
export function greaterIsBetter(figure: MeasuredFigure): boolean {
  if (figure.target !== undefined) return 'least' in figure.target;
  return figure.unit === '1/s' || figure.unit === 'share';
}

export function keyOf(parts: Pick<Common, 'scenario' | 'store' | 'size' | 'name' | 'subject'>): string {
  const { scenario, store, size, name, subject } = parts;
  return [scenario, store, size, name, subject].join(' · ');
}
