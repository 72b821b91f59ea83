import { checkPlaces } from './check-places';
import { buildProgram, type BenchOptions } from './program';
import { BenchUsageError } from './usage-error';
import { verdictOf } from '../figures/figure';
import { count } from '../figures/numbers';
import { compare, hasRegressed, haveCommon } from '../report/compare';
import { differingCircumstances, renderComparison } from '../report/compare-table';
import { writePage } from '../report/html/page';
import { readReport } from '../report/read-report';
import { writeReport, type Report } from '../report/report';
import { renderFigures, renderTally } from '../report/table';
import { choose, type Chosen } from '../run/choose';
import { runBench } from '../run/run-bench';
import { SCENARIOS } from '../scenarios/index';

const QUICK_SIZES = [1_000];

/** What a person started: reads the command line and does what it says. */
export async function runProgram(): Promise<void> {
  try {
    const program = buildProgram({ list, run, compare: compareReports });
    // 1 is for what was measured and found wanting.
    program.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof BenchUsageError)) throw error;
    complain(error.message);
  }
}

function chosenBy({ only, stores, size, quick }: BenchOptions): Chosen[] {
  const sizes = size ?? (quick === true ? QUICK_SIZES : undefined);
  return choose(SCENARIOS, {
    ...(only === undefined ? {} : { only }),
    ...(stores === undefined ? {} : { stores }),
    ...(sizes === undefined ? {} : { sizes }),
  });
}

function list(options: BenchOptions): void {
  const chosen = chosenBy(options);
  for (const scenario of new Set(chosen.map((each) => each.scenario))) {
    const where = scenario.stores
      .map((store) => ({
        store,
        runs: chosen.filter((each) => each.scenario === scenario && each.store === store),
      }))
      .filter(({ runs }) => runs.length > 0)
      .map(({ store, runs }) => `${store} at ${runs.map(({ size }) => count(size)).join('; ')}`);
    say(`${scenario.name.padEnd(18)} ${scenario.title}\n${''.padEnd(18)} ${where.join(' · ')}`);
  }
}

async function run(options: BenchOptions): Promise<void> {
  const chosen = chosenBy(options);
  if (chosen.length === 0) return complain('Nothing was chosen; --list says what there is.');
  await checkPlaces(options);
  const interruption = new AbortController();
  process.once('SIGINT', () => {
    process.stderr.write('Ending after what is being measured; once more ends at once.\n');
    interruption.abort();
  });
  const quick = options.quick === true;
  const write = async (found: Report): Promise<void> => {
    if (options.json !== undefined) await writeReport(options.json, found);
    if (options.html !== undefined) await writePage(options.html, found, SCENARIOS);
  };
  const report = await runBench(chosen, {
    quick,
    ...(options.mongodb === undefined ? {} : { mongodbUri: options.mongodb }),
    ...(options.folder === undefined ? {} : { folder: options.folder }),
    say: (line) => process.stderr.write(`${line}\n`),
    soFar: write,
    signal: interruption.signal,
  });
  say(renderFigures(report.figures));
  const { machine, load } = report;
  say(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, mongod ${machine.mongod ?? 'none'}, git ${machine.git ?? 'none'}; load ${load.start} → ${load.end}`,
  );
  say(renderTally(report.figures));
  const verdicts = new Set(report.figures.map(verdictOf));
  if (verdicts.has('failed') || (!quick && verdicts.has('missed'))) process.exitCode = 1;
}

async function compareReports(older: string, newer: string, { tolerance }: BenchOptions): Promise<void> {
  const [before, after] = [await readReport(older), await readReport(newer)];
  for (const line of differingCircumstances(before, after)) say(`Not alike: ${line}`);
  const comparisons = compare(before, after, { tolerance });
  say(renderComparison(comparisons));
  if (!haveCommon(comparisons)) {
    return complain(`${older} and ${newer} have no figure in common: nothing was compared.`);
  }
  if (hasRegressed(comparisons)) process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exitCode = 2;
}
