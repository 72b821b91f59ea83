import { writeFile } from 'node:fs/promises';
import type { Figure } from '../figures/figure';
import type { Machine } from './machine';

/** What a run found: this is what `--json` writes and `--compare` reads. */
export interface Report {
  readonly format: typeof FORMAT;
  readonly machine: Machine;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The machine's load average over a minute, before and after. */
  readonly load: { readonly start: number; readonly end: number };
  readonly quick: boolean;
  readonly figures: readonly Figure[];
}

/** Raised when figures or their meaning change so that older reports cannot be compared. */
export const FORMAT = 1;

export async function writeReport(file: string, report: Report): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, undefined, 1)}\n`);
}
