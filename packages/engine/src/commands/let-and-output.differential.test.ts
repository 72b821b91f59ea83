import { mongodOrSkip } from '@argon/tools-mongod';
import { toDoc, type Doc } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from '../plan/testing/in-process';
import { LET_COMMANDS, OUTPUTS } from './testing/let-and-output-cases';

const mongod = await mongodOrSkip();
const database = 'argon_differential_let_and_output';

/** mongod's $out writes a temporary collection first, and renames it. */
const COLLECTION = /collection: \S+/;

describe.skipIf(!mongod)('let, $out and $merge, on mongod and on Argon', () => {
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
    ['let', LET_COMMANDS],
    ['output', OUTPUTS],
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
  if (typeof message === 'string') reply.set('errmsg', message.replace(COLLECTION, 'collection:'));
  const cursor = reply.get('cursor');
  return text(cursor instanceof Map ? cursor.get('firstBatch')! : reply);
}
