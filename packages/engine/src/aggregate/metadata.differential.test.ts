import { mongodOrSkip } from '@argon/tools-mongod';
import { toDoc, type Doc } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from '../plan/testing/in-process';
import { METADATA_COMMANDS } from './testing/metadata-commands';

const mongod = await mongodOrSkip();
const database = `metadata_differential_${process.pid}`;

describe.skipIf(!mongod)('metadata of documents, on mongod and on Argon', () => {
  let wire: Wire;
  let argon: InProcess;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    argon = await inProcess(database);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it.each(Object.entries(METADATA_COMMANDS))('%s', async (_, commands) => {
    await wire.command({ dropDatabase: 1, $db: database });
    await argon.ask(toDoc({ dropDatabase: 1 }));
    const differences: unknown[] = [];
    for (const command of commands) {
      const theirs = essence(await wire.command(new Map([...toDoc(command), ['$db', database]])), command);
      const ours = essence(await argon.ask(toDoc(command)), command);
      if (ours !== theirs) differences.push({ command: JSON.stringify(command), theirs, ours });
    }
    expect(differences).toEqual([]);
  });
});

/** What is found, or what is wrong. mongod finds texts in the order of its hashes, and gives groups in it. */
function essence(reply: Doc, command: object): string {
  const cursor = reply.get('cursor');
  if (cursor instanceof Map) {
    const documents = (cursor.get('firstBatch') as Doc[]).map((document) => text(document));
    return JSON.stringify(isSorted(command) ? documents : documents.sort());
  }
  if (Number(reply.get('ok')) === 1) return 'ok';
  return `${String(reply.get('code'))} ${String(reply.get('errmsg'))}`;
}

/** Whether the last stage but projections is a sort by something that tells all documents apart. */
function isSorted(command: object): boolean {
  const { pipeline, sort } = command as { pipeline?: readonly object[]; sort?: object };
  const last = pipeline?.findLast((stage) => !('$project' in stage) && !('$limit' in stage));
  const by = sort ?? (last as { $sort?: object } | undefined)?.$sort;
  return by !== undefined && !('n' in by) && !('l' in by);
}
