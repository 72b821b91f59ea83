/** One figure: what was measured, and what it has to be. */
export interface Figure {
  readonly scenario: string;
  /** What was measured, with its circumstances (store, size). */
  readonly name: string;
  readonly unit: 'ms' | 'bytes' | 'ratio' | '1/s';
  readonly median: number;
  readonly p99?: number;
  /** The most that `median` may be (`unit` 1/s: the least). Absent: reported for information. */
  readonly target?: number;
}

export interface BenchOptions {
  /** A folder that is removed afterwards. */
  readonly folder: string;
  /** A replica set for the MongoDB store and as a peer; undefined when there is no mongod. */
  readonly mongodbUri: string | undefined;
  /** Called with a line for people who wait. */
  readonly progress: (line: string) => void;
}

export interface Scenario {
  readonly name: string;
  run(options: BenchOptions): Promise<readonly Figure[]>;
}

/** Whether a figure is as good as its target asks. */
export function meetsTarget(figure: Figure): boolean {
  if (figure.target === undefined) return true;
  return figure.unit === '1/s' ? figure.median >= figure.target : figure.median <= figure.target;
}
