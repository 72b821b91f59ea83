import { startMongod } from '@argon/tools-mongod';
import { Command } from 'commander';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderFigures } from './report/table';
import { SCENARIOS } from './scenarios/index';
import { meetsTarget, type Figure } from './scenarios/scenario';

interface Options {
  readonly only?: string;
  readonly json?: string;
  readonly mongodb: boolean;
}

/** Runs the scenarios and says whether every target was met. */
async function run(options: Options): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'argon-bench-'));
  const mongod = options.mongodb ? await startMongod() : undefined;
  const figures: Figure[] = [];
  try {
    for (const scenario of SCENARIOS) {
      if (options.only !== undefined && !scenario.name.includes(options.only)) continue;
      figures.push(
        ...(await scenario.run({
          folder,
          mongodbUri: mongod?.uri,
          progress: (line) => process.stderr.write(`${line}\n`),
        })),
      );
    }
  } finally {
    await mongod?.stop();
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${renderFigures(figures)}\n`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);
  return figures.every(meetsTarget);
}

const program = new Command('bench')
  .description('Measures every figure that Argon claims.')
  .option('--only <name>', 'scenarios whose name contains this')
  .option('--json <file>', 'write the figures to a file')
  .option('--no-mongodb', 'leave out what needs a mongod')
  .action(async (options: Options) => {
    if (!(await run(options))) process.exitCode = 1;
  });

await program.parseAsync();
