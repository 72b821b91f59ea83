import { mongodOrSkip } from '@argon/tools-mongod';
import type { Doc, Value } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Random } from '../match/testing/random';
import { differentialSeeds } from '../match/testing/seeds';
import { Wire } from '../match/testing/wire';
import type { Ask } from '../plan/testing/index-cases';
import { inProcess, type InProcess } from '../plan/testing/in-process';
import { randomCommand, randomSetup, randomWrite, type CollationCommand } from './testing/collation-commands';
import { readCollation } from './read-collation';
import { linesOnlyIn, shownReply } from './testing/shown-reply';

const mongod = await mongodOrSkip();
const database = 'argon_differential_collation';
const QUESTIONS = 60;
const WRITES = 25;

describe.skipIf(!mongod)('collations on mongod and on Argon', () => {
  let wire: Wire;
  let argon: InProcess;
  let askMongod: Ask;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    askMongod = (command) => wire.command(new Map([...command, ['$db', database]]));
    await askMongod(new Map<string, Value>([['dropDatabase', 1]]));
    argon = await inProcess(database);
  });

  afterAll(async () => {
    await askMongod(new Map<string, Value>([['dropDatabase', 1]]));
    wire.close();
    await argon.close();
  });

  async function compare(
    { command, isOrdered, isDistinct = false }: CollationCommand,
    byDefault: Doc | undefined,
    differences: unknown[],
  ): Promise<Doc> {
    const [theirs, ours] = await Promise.all([askMongod(command), argon.ask(command)]);
    const collation = (command.get('collation') ?? byDefault) as Doc | undefined;
    const how = {
      isOrdered,
      keysBy:
        isDistinct && theirs.has('values') && collation !== undefined ? readCollation(collation) : undefined,
    };
    const [expected, found] = [shownReply(theirs, how), shownReply(ours, how)];
    if (expected !== found) {
      differences.push({
        command: text(command),
        mongod: linesOnlyIn(expected, found),
        argon: linesOnlyIn(found, expected),
      });
    }
    return ours;
  }

  it.each(differentialSeeds(12))('filter, sort, group and write alike; seed %i', async (seed) => {
    const random = new Random(seed);
    const collection = `c${seed}`;
    const setup = randomSetup(random, collection);
    const differences: unknown[] = [];
    let byDefault: Doc | undefined;
    const note = (command: CollationCommand): Promise<Doc> => compare(command, byDefault, differences);
    const whole: Doc = new Map<string, Value>([
      ['find', collection],
      ['sort', new Map([['$natural', 1]])],
      ['batchSize', 1000],
    ]);
    for (const [at, command] of setup.entries()) {
      const reply = await note({ command, isOrdered: true });
      if (at === 0 && Number(reply.get('ok')) === 1) byDefault = command.get('collation') as Doc | undefined;
    }
    for (let at = 0; at < QUESTIONS; at++) await note(randomCommand(random, collection));
    for (let at = 0; at < WRITES && differences.length === 0; at++) {
      const write = randomWrite(random, collection);
      const reply = await note(write);
      // What an update had done before it failed stays on mongod, and not on Argon: one statement is one commit.
      if (reply.has('writeErrors') && write.command.has('update')) break;
      await note({ command: whole, isOrdered: false });
      await note(randomCommand(random, collection));
    }
    await note({ command: new Map([['listIndexes', collection]]), isOrdered: false });
    expect(differences.slice(0, 3), `${differences.length} differences; ${text(setup as Value[])}`).toEqual(
      [],
    );
  });
});
