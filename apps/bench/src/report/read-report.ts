import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BenchUsageError } from '../cli/usage-error';
import { FORMAT, type Report } from './report';

/** How many problems of a file are told. */
const TOLD = 3;

const numbers = z.array(z.number());

const common = {
  key: z.string().min(1),
  scenario: z.string(),
  store: z.enum(['lmdb', 'mongodb']),
  size: z.number(),
  name: z.string(),
  subject: z.string(),
  note: z.string().optional(),
};

const target = z.union([
  z.looseObject({ most: z.number(), size: z.number().optional() }),
  z.looseObject({ least: z.number(), size: z.number().optional() }),
]);

const figure = z.discriminatedUnion('kind', [
  z.looseObject({
    ...common,
    kind: z.literal('measured'),
    unit: z.enum(['ms', 'bytes', 'ratio', '1/s', 'share']),
    statistic: z.enum(['p50', 'p95', 'p99', 'max', 'value']),
    value: z.number(),
    summary: z.record(z.string(), z.number()).optional(),
    interval: z.tuple([z.number(), z.number()]).optional(),
    samples: numbers.optional(),
    target: target.optional(),
  }),
  z.looseObject({
    ...common,
    kind: z.literal('absent'),
    why: z.enum(['not there yet', 'no peer', 'failed']),
  }),
]);

const report = z.looseObject({
  format: z.literal(FORMAT),
  machine: z.looseObject({
    cpu: z.string(),
    cores: z.number(),
    memory: z.number(),
    system: z.string(),
    node: z.string(),
    mongod: z.string().optional(),
    git: z.string().optional(),
  }),
  startedAt: z.string(),
  finishedAt: z.string(),
  load: z.looseObject({ start: z.number(), end: z.number() }),
  quick: z.boolean(),
  figures: z.array(figure),
});

/** Reads what `--json` wrote. @throws BenchUsageError that says what is wrong with the file */
export async function readReport(file: string): Promise<Report> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new BenchUsageError(`${file} cannot be read: ${(error as Error).message}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BenchUsageError(`${file} is not JSON: it is no report of \`npm run bench -- --json ${file}\`.`);
  }
  const found = (value as { format?: unknown } | null)?.format;
  if (found !== FORMAT) {
    throw new BenchUsageError(
      `${file} is no report that can be compared: its format is ${String(found)}, this is ${FORMAT}.`,
    );
  }
  const read = report.safeParse(value);
  if (!read.success) {
    throw new BenchUsageError(`${file} is no report that can be compared: ${problemsOf(read.error)}.`);
  }
  return value as Report;
}

/** `figures[0].value: Invalid input: expected number, received string`, of the first few. */
function problemsOf({ issues }: z.ZodError): string {
  const told = issues.slice(0, TOLD).map(({ path, message }) => `${placeOf(path)}: ${message}`);
  const more = issues.length - told.length;
  return `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((place, part) => {
    if (typeof part === 'number') return `${place}[${part}]`;
    return place === '' ? String(part) : `${place}.${String(part)}`;
  }, '');
}
