import { mongodOrSkip } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Wire } from '../match/testing/wire';
import type { Ask } from '../plan/testing/index-cases';
import { inProcess } from '../plan/testing/in-process';
import { CAPPED_CLUSTER_CASES } from './testing/capped-cluster-cases';
import { CLUSTERED_INDEX_CASES } from './testing/clustered-index-cases';
import { COLLECTION_CASES } from './testing/collection-cases';
import { DIAGNOSTIC_CASES } from './testing/diagnostic-cases';
import { FOUND_METADATA_CASES } from './testing/found-metadata-cases';
import { SEARCH_CASES } from './testing/search-cases';
import { transcript, type ShellCommand } from './testing/transcript';
import { VALIDATOR_CASES } from './testing/validator-cases';
import { VIEW_CASES } from './testing/view-cases';

const mongod = await mongodOrSkip();
const GROUPS: Readonly<Record<string, Readonly<Record<string, readonly ShellCommand[]>>>> = {
  views: VIEW_CASES,
  collections: COLLECTION_CASES,
  diagnostics: DIAGNOSTIC_CASES,
  validators: VALIDATOR_CASES,
  searches: SEARCH_CASES,
  'indexes on _id': CLUSTERED_INDEX_CASES,
  'capped and clustered': CAPPED_CLUSTER_CASES,
  'what findAndModify finds': FOUND_METADATA_CASES,
};

describe.skipIf(!mongod)('commands are answered as mongod answers them', () => {
  let wire: Wire;
  let serial = 0;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });

  afterAll(() => wire?.close());

  for (const [group, cases] of Object.entries(GROUPS)) {
    describe(group, () => {
      it.each(Object.keys(cases))('%s', async (name) => {
        const database = `argon_commands_${process.pid}_${++serial}`;
        const commands = cases[name]!.map((command) => inDatabase(command, database));
        const argon = await inProcess(database);
        try {
          const wanted = await transcript((command) => wire.command(command), database, commands);
          const ask: Ask = (command) => argon.askIn(command.get('$db') as string)(command);
          expect(await transcript(ask, database, commands)).toEqual(wanted);
        } finally {
          await wire.command({ dropDatabase: 1, $db: database });
          await argon.close();
        }
      });
    });
  }
});

/** `DB` stands for the test's database where a command names it. */
function inDatabase(command: ShellCommand, database: string): ShellCommand {
  return JSON.parse(JSON.stringify(command).replaceAll('"DB.', `"${database}.`)) as ShellCommand;
}
