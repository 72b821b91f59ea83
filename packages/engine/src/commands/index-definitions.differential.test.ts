import { mongodOrSkip } from '@argon/tools-mongod';
import { toDoc, type Doc } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from '../plan/testing/in-process';
import { CHANGES, LIMITS, SPECIFICATIONS } from './testing/index-definition-cases';

const mongod = await mongodOrSkip();
const database = 'argon_differential_index_definitions';

/** What goes before the reason, with ids made by chance; whether the collection is empty shows in it. */
const BUILD =
  /^Index build failed: .*? :: caused by :: (?:index build on empty .*? :: caused by :: |Caught exception .*? :: caused by :: )?/;

describe.skipIf(!mongod)('definitions of indexes, on mongod and on Argon', () => {
  let wire: Wire;
  let argon: InProcess;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    await wire.command({ dropDatabase: 1, $db: database });
    argon = await inProcess(database);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it.each([
    ['specifications', SPECIFICATIONS],
    ['changes', CHANGES],
    ['limits', LIMITS],
  ])('%s', async (_name, commands) => {
    const differences: unknown[] = [];
    for (const command of commands) {
      const document = toDoc(command);
      const theirs = comparable(await wire.command(new Map([...document, ['$db', database]])));
      const ours = comparable(await argon.ask(document));
      if (theirs !== ours) differences.push({ command: text(document), theirs, ours });
    }
    expect(differences).toEqual([]);
  });
});

function comparable(reply: Doc): string {
  for (const field of ['$clusterTime', 'operationTime', 'electionId', 'opTime']) reply.delete(field);
  const message = reply.get('errmsg');
  if (typeof message === 'string') reply.set('errmsg', message.replace(BUILD, ''));
  const cursor = reply.get('cursor');
  return text(cursor instanceof Map ? cursor.get('firstBatch')! : reply);
}
