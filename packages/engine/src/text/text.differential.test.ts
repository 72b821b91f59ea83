import { mongodOrSkip } from '@argon/tools-mongod';
import { toDoc, type Doc, type Value } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Random } from '../match/testing/random';
import { differentialSeeds } from '../match/testing/seeds';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from '../plan/testing/in-process';
import type { Ask } from '../plan/testing/index-cases';
import { languageNamed } from './languages';
import { PLANNED, PLAN_SETUP } from './testing/planned';
import { TEXT_COMMANDS } from './testing/text-commands';
import { WORDS } from './testing/words';
import { INSENSITIVE, termsOf } from './tokens';

const mongod = await mongodOrSkip();
const database = 'argon_differential_text';

describe.skipIf(!mongod)('texts on mongod and on Argon', () => {
  let wire: Wire;
  let argon: InProcess;
  let askMongod: Ask;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    argon = await inProcess(database);
    askMongod = (command) => wire.command(new Map([...command, ['$db', database]]));
    await wire.command({ dropDatabase: 1, $db: database });
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it('are refused, found and reckoned the same', async () => {
    const differences: unknown[] = [];
    for (const command of TEXT_COMMANDS) {
      const replies = [await askMongod(toDoc(command)), await argon.ask(toDoc(command))];
      const [theirs, ours] = replies.map(essence);
      if (ours !== theirs) differences.push({ command: JSON.stringify(command), theirs, ours });
    }
    expect(differences).toEqual([]);
  });

  it('are found in the same order, by the same plans', async () => {
    const differences: unknown[] = [];
    for (const ask of [askMongod, argon.ask]) for (const command of PLAN_SETUP) await ask(toDoc(command));
    for (const find of PLANNED) {
      const command = toDoc({ find: 'planned', ...find });
      const explain = new Map<string, Value>([
        ['explain', command],
        ['verbosity', 'queryPlanner'],
      ]);
      const theirs = [essence(await askMongod(command)), planOf(await askMongod(explain))];
      const ours = [essence(await argon.ask(command)), planOf(await argon.ask(explain))];
      if (JSON.stringify(theirs) !== JSON.stringify(ours)) differences.push({ find, theirs, ours });
    }
    expect(differences).toEqual([]);
  });

  it.each(Object.entries(WORDS))('have the same terms: %s', async (language, words) => {
    await askMongod(toDoc({ createIndexes: 'terms', indexes: [{ key: { a: 'text' }, name: 'a' }] }));
    const query = (search: string) =>
      toDoc({
        explain: { find: 'terms', filter: { $text: { $search: search, $language: language } } },
        verbosity: 'queryPlanner',
      });
    const all = words.split(' ');
    const theirs = await Promise.all(all.map(async (word) => parsedTerms(await askMongod(query(word)))));
    const ours = all.map((word) => termsOf(word, languageNamed(language)!, INSENSITIVE).join(' '));
    expect(ours).toEqual(theirs);
  });

  it.each(differentialSeeds(6))('are found in any language; seed %i', async (seed) => {
    const random = new Random(seed);
    const languages = random.many(2, 3, () => random.pick(Object.keys(WORDS)));
    const phrase = (most: number): string => {
      const words = WORDS[random.pick(languages)]!.split(' ');
      return random.many(1, most, () => random.pick(words)).join(random.pick([' ', ' ', ', ', ' - ']));
    };
    const collection = `c${seed}`;
    const documents = Array.from({ length: 40 }, (_, id) => {
      const document: Doc = new Map<string, Value>([['_id', id]]);
      for (const field of ['a', 'b']) if (random.chance(0.7)) document.set(field, phrase(6));
      if (random.chance(0.3))
        document.set(
          'list',
          random.many(1, 3, () => phrase(3)),
        );
      if (random.chance(0.3)) document.set('inner', new Map([['a', phrase(3)]]));
      if (random.chance(0.5)) document.set('language', random.pick(languages));
      return document;
    });
    const key = random.pick([
      { a: 'text', b: 'text' },
      { '$**': 'text' },
      { list: 'text', 'inner.a': 'text' },
    ]);
    const index = {
      key,
      name: 't',
      default_language: random.pick(languages),
      weights: { a: 1 + random.below(9) },
    };
    for (const ask of [askMongod, argon.ask]) {
      await ask(
        new Map<string, Value>([
          ['insert', collection],
          ['documents', documents],
        ]),
      );
      const made = await ask(toDoc({ createIndexes: collection, indexes: [index] }));
      expect(Number(made.get('ok')), text(made)).toBe(1);
    }
    const differences: unknown[] = [];
    for (let left = 40; left > 0; left--) {
      let search = phrase(3);
      if (random.chance(0.3)) search += ` -${phrase(1)}`;
      if (random.chance(0.3)) search += ` "${phrase(2)}"`;
      const operand: Doc = new Map<string, Value>([['$search', search]]);
      if (random.chance(0.5)) operand.set('$language', random.pick(languages));
      if (random.chance(0.2)) operand.set('$caseSensitive', true);
      if (random.chance(0.2)) operand.set('$diacriticSensitive', true);
      const command = new Map<string, Value>([
        ['find', collection],
        ['filter', new Map([['$text', operand]])],
        ['projection', toDoc({ _id: 1, score: { $meta: 'textScore' } })],
        ['sort', toDoc({ _id: 1 })],
        ['batchSize', 100],
      ]);
      const theirs = found(await askMongod(command));
      const ours = found(await argon.ask(command));
      if (theirs !== ours) differences.push({ search: text(operand), theirs, ours });
    }
    expect(differences.slice(0, 3), JSON.stringify(index)).toEqual([]);
  });
});

function planOf(reply: Doc): string {
  return text((reply.get('queryPlanner') as Doc).get('winningPlan')!);
}

function parsedTerms(reply: Doc): string {
  const find = (value: Value): Doc | undefined => {
    if (Array.isArray(value)) return value.map(find).find((each) => each !== undefined);
    if (!(value instanceof Map)) return undefined;
    const parsed = value.get('parsedTextQuery');
    return parsed instanceof Map ? parsed : find([...value.values()]);
  };
  return ((find(reply)?.get('terms') ?? []) as string[]).join(' ');
}

/** The last digits depend on the order in which terms are added up. */
function found(reply: Doc): string {
  const cursor = reply.get('cursor');
  if (!(cursor instanceof Map)) return `${String(reply.get('code'))} ${String(reply.get('errmsg'))}`;
  const each = (document: Doc) => [document.get('_id'), Number(document.get('score')).toFixed(9)];
  return JSON.stringify((cursor.get('firstBatch') as Doc[]).map(each));
}

function essence(reply: Doc): string {
  for (const field of ['$clusterTime', 'operationTime', 'electionId', 'opTime']) reply.delete(field);
  const message = reply.get('errmsg');
  if (typeof message === 'string') {
    const reason = message.replace(/^Index build failed: .*? :: caused by :: /, '');
    reply.set('errmsg', reason.replace(/ ns=[\s\S]*?\n planner/, ' planner'));
  }
  const cursor = reply.get('cursor');
  return text(cursor instanceof Map ? cursor.get('firstBatch')! : reply);
}
