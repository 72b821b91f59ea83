import { readFile, writeFile } from 'node:fs/promises';
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

/** @throws Error that says what is wrong with the file */
export async function readReport(file: string): Promise<Report> {
  const text = await readFile(file, 'utf8');
  let report: Partial<Report> | null;
  try {
    report = JSON.parse(text) as Partial<Report> | null;
  } catch {
    throw new Error(`${file} is not JSON: it is no report of \`npm run bench -- --json ${file}\`.`);
  }
  if (report?.format !== FORMAT || !Array.isArray(report.figures)) {
    throw new Error(
      `${file} is no report that can be compared: its format is ${report?.format}, this is ${FORMAT}.`,
    );
  }
  return report as Report;
}
