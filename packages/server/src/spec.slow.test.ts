import { MongodNotFoundError } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesFor, exceptionFor } from './testing/spec/cases';
import {
  NOT_FOR_THIS_DRIVER_OR_TOPOLOGY,
  NOT_ON_ARGON,
  SUITES,
  type Exception,
  type Suite,
} from './testing/spec/exceptions';
import type { ServerTraits } from './testing/spec/requirements';
import { runCase } from './testing/spec/run-case';
import {
  serveFromDisk,
  serveInMemory,
  startMongodForSpecs,
  traitsOf,
  type StartedServer,
} from './testing/spec/servers';
import { specFolder } from './testing/spec/suite';

/**
 * The drivers' specification tests, on mongod and on Argon by one runner: Argon passes what mongod passes, but for what
 * is listed. Argon counts as a server of mongod's version.
 */
const folder = specFolder();
const mongod = folder === undefined ? undefined : await mongodUnlessMissing();
const traits: ServerTraits = mongod ? await traitsOf(mongod) : { version: '6.0.5', topology: 'replicaset' };

async function mongodUnlessMissing(): Promise<StartedServer | undefined> {
  try {
    return await startMongodForSpecs();
  } catch (error) {
    if (!(error instanceof MongodNotFoundError) || process.env['CI']) throw error;
    console.warn(`The specification tests run on Argon alone. ${error.message}`);
    return undefined;
  }
}

interface Run {
  readonly name: string;
  readonly start: () => Promise<StartedServer>;
  readonly suites: readonly Suite[];
  /** Cases that do not pass there. */
  readonly exceptions: readonly Exception[];
}

const onArgon = {
  suites: SUITES,
  exceptions: [...NOT_FOR_THIS_DRIVER_OR_TOPOLOGY, ...NOT_ON_ARGON],
};
const onMongod = { suites: SUITES, exceptions: NOT_FOR_THIS_DRIVER_OR_TOPOLOGY };
const runs: readonly Run[] = [
  ...(mongod === undefined ? [] : [{ name: 'mongod', start: () => Promise.resolve(mongod), ...onMongod }]),
  { name: 'Argon in memory', start: serveInMemory, ...onArgon },
  { name: 'Argon on disk', start: serveFromDisk, ...onArgon },
];

/** More than the runner waits for a case's operations. */
const CASE_MS = 120_000;

if (folder === undefined) {
  console.warn(
    "The drivers' specification tests are skipped: neither ../shared/spec-tests beside the repository nor ARGON_SPEC_TESTS has them.",
  );
  describe("the drivers' specification tests", () => it.skip.each(SUITES)('%s', () => {}));
}

describe.each(folder === undefined ? [] : runs)('$name', ({ start, suites, exceptions }) => {
  let server: StartedServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  describe.each(suites)('%s', (suite) => {
    if (folder === undefined) return;
    const { applicable, notApplicable } = casesFor(folder, suite, traits);

    for (const placed of applicable) {
      const { file, specCase, name } = placed;
      const exception = exceptionFor(exceptions, suite, placed);
      if (exception === undefined) it(name, () => runCase(server, file, specCase), CASE_MS);
      else {
        it(
          `${name} (listed: ${exception.reason})`,
          async () => {
            const isFailing = await runCase(server, file, specCase).then(
              () => false,
              () => true,
            );
            expect(isFailing, 'It passes: take it off the list in testing/spec/exceptions.ts.').toBe(true);
          },
          CASE_MS,
        );
      }
    }

    it(`has ${applicable.length} cases for ${traits.version}, ${notApplicable.length} for others, and no row of the list names none`, () => {
      const rows = exceptions.filter((row) => row.suite === suite);
      const used = new Set(applicable.map((placed) => exceptionFor(exceptions, suite, placed)));
      expect(rows.filter((row) => !used.has(row))).toEqual([]);
      expect(applicable.length).toBeGreaterThan(0);
    });
  });
});
