import { mongodOrSkip } from '@argon/tools-mongod';
import { toDoc, type Doc, type Value } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from './testing/in-process';
import {
  EXPLAINED_FINDS,
  KEY_PIPELINES,
  RETURN_KEY_FINDS,
  RETURN_KEY_SETUP,
} from './testing/return-key-finds';

const mongod = await mongodOrSkip();
const database = `return_key_differential_${process.pid}`;

describe.skipIf(!mongod)('keys of indexes, on mongod and on Argon', () => {
  let wire: Wire;
  let argon: InProcess;

  const askBoth = async (command: Doc): Promise<readonly [Doc, Doc]> => [
    await wire.command(new Map([...command, ['$db', database]])),
    await argon.ask(command),
  ];

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    argon = await inProcess(database);
    await wire.command({ dropDatabase: 1, $db: database });
    for (const command of RETURN_KEY_SETUP) {
      for (const reply of await askBoth(toDoc(command))) expect(Number(reply.get('ok')), text(reply)).toBe(1);
    }
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it.each([
    ['are returned and shown the same', RETURN_KEY_FINDS],
    ['are known to pipelines', KEY_PIPELINES],
  ])('%s', async (_, commands) => {
    const differences: unknown[] = [];
    for (const command of commands) {
      const [theirs, ours] = (await askBoth(toDoc(command))).map(essence);
      if (ours !== theirs) differences.push({ command: JSON.stringify(command), theirs, ours });
    }
    expect(differences).toEqual([]);
  });

  it('are explained the same', async () => {
    const differences: unknown[] = [];
    for (const find of EXPLAINED_FINDS) {
      const explain = new Map<string, Value>([
        ['explain', toDoc(find)],
        ['verbosity', 'queryPlanner'],
      ]);
      const [theirs, ours] = (await askBoth(explain)).map((reply) =>
        text((reply.get('queryPlanner') as Doc).get('winningPlan')!),
      );
      if (ours !== theirs) differences.push({ find: JSON.stringify(find), theirs, ours });
    }
    expect(differences).toEqual([]);
  });
});

function essence(reply: Doc): string {
  const cursor = reply.get('cursor');
  if (cursor instanceof Map) return text(cursor.get('firstBatch')!);
  return `${String(reply.get('code'))} ${String(reply.get('errmsg'))}`;
}
