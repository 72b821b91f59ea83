import type { Doc, Value } from '@argon/bson';
import type { Random } from '../../match/testing/random';
import {
  randomCollation,
  randomDocument,
  randomField,
  randomFilter,
  randomSort,
  randomText,
  randomValue,
} from './collation-cases';

/** A command, and whether what it gives has an order. */
export interface CollationCommand {
  readonly command: Doc;
  readonly isOrdered: boolean;
  /** Of equal values it gives one, and which is not said. */
  readonly isDistinct?: boolean;
}

/** What the two collections of a case are made with. */
export function randomSetup(random: Random, collection: string): Doc[] {
  const commands: Doc[] = [];
  for (const name of [collection, `${collection}_other`]) {
    const own = random.chance(0.5) ? randomCollation(random) : undefined;
    commands.push(withCollation(new Map<string, Value>([['create', name]]), own));
    const documents = Array.from({ length: 30 }, (_, id) => randomDocument(random, id));
    if (random.chance(0.5)) {
      for (const text of ['a', 'A', 'ä', 'b']) documents.push(randomDocument(random, text));
    }
    const specifications = Array.from({ length: random.below(4) }, (_, at) =>
      randomIndex(random, own, `i${at}`),
    );
    for (const specification of specifications) {
      commands.push(
        new Map<string, Value>([
          ['createIndexes', name],
          ['indexes', [specification]],
        ]),
      );
    }
    commands.push(
      new Map<string, Value>([
        ['insert', name],
        ['documents', documents],
        ['ordered', false],
      ]),
    );
  }
  return commands;
}

function randomIndex(random: Random, own: Doc | undefined, name: string): Doc {
  const key: Doc = new Map();
  for (const field of random.pick([['a'], ['b'], ['a', 'b'], ['a.x'], ['b', 'a']])) {
    key.set(field, random.pick([1, -1]));
  }
  const index: Doc = new Map<string, Value>([
    ['key', key],
    ['name', name],
  ]);
  if (random.chance(0.15)) index.set('unique', true);
  else if (random.chance(0.15)) index.set('sparse', true);
  if (!index.has('sparse') && random.chance(0.2)) {
    index.set('partialFilterExpression', new Map([['b', new Map([['$gt', randomText(random)]])]]));
  }
  const collation = random.chance(0.3) ? own : randomCollation(random);
  return withCollation(index, collation);
}

/** A command that compares strings. */
export function randomCommand(random: Random, collection: string): CollationCommand {
  const kind = random.pick([
    'find',
    'find',
    'sorted',
    'count',
    'distinct',
    'aggregate',
    'aggregate',
    'aggregate',
  ]);
  const collation = random.chance(0.7) ? randomCollation(random) : undefined;
  switch (kind) {
    case 'find':
      return unordered(
        [
          ['find', collection],
          ['filter', randomFilter(random)],
          ['batchSize', 1000],
        ],
        collation,
      );
    case 'sorted': {
      const fields: [string, Value][] = [
        ['find', collection],
        ['filter', random.chance(0.5) ? new Map() : randomFilter(random)],
        ['sort', randomSort(random)],
      ];
      if (random.chance(0.3)) fields.push(['limit', 1 + random.below(5)]);
      return { ...unordered([...fields, ['batchSize', 1000]], collation), isOrdered: true };
    }
    case 'count':
      return unordered(
        [
          ['count', collection],
          ['query', randomFilter(random)],
        ],
        collation,
      );
    case 'distinct':
      return {
        ...unordered(
          [
            ['distinct', collection],
            ['key', random.pick(['a', 'b', 'a.x'])],
            ['query', random.chance(0.5) ? new Map() : randomFilter(random)],
          ],
          collation,
        ),
        isDistinct: true,
      };
    default:
      return unordered(
        [
          ['aggregate', collection],
          ['pipeline', randomPipeline(random, collection)],
          ['cursor', new Map([['batchSize', 1000]])],
        ],
        collation,
      );
  }
}

/** A command that changes documents, and compares strings to do so. */
export function randomWrite(random: Random, collection: string): CollationCommand {
  const collation = random.chance(0.7) ? randomCollation(random) : undefined;
  switch (random.pick(['update', 'update', 'update', 'delete', 'modify', 'insert'])) {
    case 'update': {
      const statement = withCollation(
        new Map<string, Value>([
          ['q', random.chance(0.3) ? new Map() : randomFilter(random)],
          ['u', randomUpdate(random)],
          ['multi', true],
        ]),
        collation,
      );
      if (usesElement(statement.get('u')!)) {
        statement.set('arrayFilters', [new Map([['e', new Map([['$eq', randomText(random)]])]])]);
      }
      return {
        command: new Map<string, Value>([
          ['update', collection],
          ['updates', [statement]],
        ]),
        isOrdered: true,
      };
    }
    case 'delete': {
      const statement = withCollation(
        new Map<string, Value>([
          ['q', new Map([[randomField(random), randomText(random)]])],
          ['limit', 0],
        ]),
        collation,
      );
      return {
        command: new Map<string, Value>([
          ['delete', collection],
          ['deletes', [statement]],
        ]),
        isOrdered: true,
      };
    }
    case 'modify':
      return {
        ...unordered(
          [
            ['findAndModify', collection],
            ['query', randomFilter(random)],
            ['sort', randomSort(random)],
            ['update', new Map([['$set', new Map([['m', randomText(random)]])]])],
            ['new', true],
          ],
          collation,
        ),
        isOrdered: true,
      };
    default: {
      const id = random.pick<Value>(['a', 'A', 'á', 'ss', 'ß', 'b', 100 + random.below(5)]);
      return {
        command: new Map<string, Value>([
          ['insert', collection],
          ['documents', [randomDocument(random, id)]],
        ]),
        isOrdered: true,
      };
    }
  }
}

function usesElement(update: Value): boolean {
  return (
    update instanceof Map &&
    [...update.values()].some((fields) => fields instanceof Map && fields.has('a.$[e]'))
  );
}

function randomUpdate(random: Random): Value {
  const field = random.pick(['a', 'b']);
  const text = randomText(random);
  switch (random.below(9)) {
    case 0:
      return new Map([['$min', new Map([[field, text]])]]);
    case 1:
      return new Map([['$max', new Map([[field, text]])]]);
    case 2:
      return new Map([['$set', new Map([[field, [randomText(random), text, randomText(random)]]])]]);
    case 3:
      return new Map([['$addToSet', new Map([['list', new Map([['$each', [text, randomText(random)]]])]])]]);
    case 4:
      return new Map([['$pull', new Map([['list', random.chance(0.5) ? text : new Map([['$gt', text]])]])]]);
    case 5:
      return new Map([['$pullAll', new Map([['list', [text, randomText(random)]]])]]);
    case 6: {
      const push = new Map<string, Value>([
        ['$each', [text]],
        ['$sort', random.pick([1, -1])],
      ]);
      return new Map([['$push', new Map([['list', push]])]]);
    }
    case 7:
      return new Map([['$set', new Map([['a.$[e]', text]])]]);
    default:
      return [
        new Map([
          ['$set', new Map([['is', new Map([['$eq', [`$${field}`, new Map([['$literal', text]])]]])]])],
        ]),
      ];
  }
}

const ORDER: Doc = new Map([['$sort', new Map([['_id', 1]])]]);

function randomPipeline(random: Random, collection: string): Value[] {
  const stages: Value[] = random.chance(0.5) ? [new Map([['$match', randomFilter(random)]]), ORDER] : [ORDER];
  const field = random.pick(['$a', '$b', '$a.x']);
  switch (random.below(14)) {
    case 0:
      return [
        ...stages,
        group(field, [
          ['n', 'sum'],
          ['set', 'addToSet'],
        ]),
      ];
    case 1:
      return [
        ...stages,
        group(null, [
          ['lo', 'min'],
          ['hi', 'max'],
          ['set', 'addToSet'],
        ]),
      ];
    case 2:
      return [...stages, new Map([['$sortByCount', field]])];
    case 3:
      return [
        ...stages,
        stage('$bucket', [
          ['groupBy', '$a'],
          ['boundaries', ['a', 'b', 'z']],
          ['default', 'ZZZ'],
        ]),
      ];
    case 4:
      return [
        ...stages,
        stage('$bucketAuto', [
          ['groupBy', '$a'],
          ['buckets', 3],
        ]),
      ];
    case 5:
      return [
        ...stages,
        stage('$lookup', [
          ['from', `${collection}_other`],
          ['localField', 'a'],
          ['foreignField', 'b'],
          ['pipeline', [ORDER, new Map([['$project', new Map([['b', 1]])]])]],
          ['as', 'joined'],
        ]),
      ];
    case 6:
      return [
        ...stages,
        stage('$graphLookup', [
          ['from', `${collection}_other`],
          ['startWith', '$a'],
          ['connectFromField', 'a'],
          ['connectToField', 'b'],
          ['maxDepth', 1],
          ['as', 'reached'],
        ]),
        new Map([['$project', new Map([['n', new Map([['$size', '$reached']])]])]]),
      ];
    case 7:
      return [
        ...stages,
        new Map([['$match', new Map([['a', new Map([['$ne', null]])]])]]),
        stage('$setWindowFields', [
          ['partitionBy', random.chance(0.5) ? '$m' : null],
          ['sortBy', new Map([['a', random.pick([1, -1])]])],
          ['output', new Map([['r', new Map([['$denseRank', new Map()]])]])],
        ]),
        new Map([['$project', new Map([['r', 1]])]]),
      ];
    case 8:
      return [
        ...stages,
        stage('$unionWith', [
          ['coll', `${collection}_other`],
          ['pipeline', [new Map([['$match', randomFilter(random)]])]],
        ]),
      ];
    case 9:
      return [
        ...stages,
        stage('$facet', [
          ['one', [group(field, [['n', 'sum']]), new Map([['$count', 'groups']])]],
          ['two', [new Map([['$match', randomFilter(random)]])]],
        ]),
      ];
    case 10:
      return [
        ...stages,
        new Map([
          [
            '$sort',
            new Map([
              [random.pick(['a', 'b']), 1],
              ['_id', 1],
            ]),
          ],
        ]),
        new Map([['$limit', 5]]),
      ];
    default:
      return [...stages, new Map([['$project', new Map([['v', randomExpression(random)]])]])];
  }
}

function group(id: Value, fields: readonly (readonly [string, string])[]): Doc {
  const specification: Doc = new Map([['_id', id]]);
  for (const [name, accumulator] of fields) {
    specification.set(name, new Map([[`$${accumulator}`, accumulator === 'sum' ? 1 : '$b']]));
  }
  return new Map([['$group', specification]]);
}

function stage(name: string, fields: readonly [string, Value][]): Doc {
  return new Map([[name, new Map(fields)]]);
}

function randomExpression(random: Random): Value {
  const literal = (value: Value): Doc => new Map([['$literal', value]]);
  const texts = (): Value => literal(random.many(0, 4, () => randomText(random)));
  const value = (): Value =>
    random.chance(0.6) ? `$${random.pick(['a', 'b'])}` : literal(randomValue(random, 1));
  const array = (): Value => {
    if (random.chance(0.5)) return texts();
    return new Map([['$cond', [new Map([['$isArray', ['$a']]]), '$a', ['$a', '$b']]]]);
  };
  const operator = random.pick([
    '$eq',
    '$cmp',
    '$gt',
    '$lte',
    '$ne',
    '$in',
    '$setUnion',
    '$setIntersection',
    '$setDifference',
    '$setEquals',
    '$setIsSubset',
    '$indexOfArray',
    '$max',
    '$min',
    '$maxN',
    '$sortArray',
    '$strcasecmp',
    '$filter',
    '$switch',
    '$indexOfCP',
  ]);
  switch (operator) {
    case '$in':
      return new Map([[operator, [value(), array()]]]);
    case '$setUnion':
    case '$setIntersection':
    case '$setDifference':
    case '$setEquals':
    case '$setIsSubset':
      return new Map([[operator, [array(), texts()]]]);
    case '$indexOfArray':
      return new Map([[operator, [array(), value()]]]);
    case '$max':
    case '$min':
      return new Map([[operator, ['$a', '$b', literal(randomText(random))]]]);
    case '$maxN':
      return new Map([
        [
          operator,
          new Map<string, Value>([
            ['n', 2],
            ['input', array()],
          ]),
        ],
      ]);
    case '$sortArray':
      return new Map([
        [
          operator,
          new Map<string, Value>([
            ['input', array()],
            ['sortBy', random.pick([1, -1])],
          ]),
        ],
      ]);
    case '$strcasecmp':
    case '$indexOfCP':
      return new Map([[operator, [literal(randomText(random)), literal(randomText(random))]]]);
    case '$filter':
      return new Map([
        [
          operator,
          new Map<string, Value>([
            ['input', array()],
            ['cond', new Map([['$gt', ['$$this', literal(randomText(random))]]])],
          ]),
        ],
      ]);
    case '$switch':
      return new Map([
        [
          operator,
          new Map<string, Value>([
            [
              'branches',
              [
                new Map<string, Value>([
                  ['case', new Map([['$lt', ['$a', '$b']]])],
                  ['then', 1],
                ]),
              ],
            ],
            ['default', 0],
          ]),
        ],
      ]);
    default:
      return new Map([[operator, [value(), value()]]]);
  }
}

function unordered(fields: readonly [string, Value][], collation: Doc | undefined): CollationCommand {
  return { command: withCollation(new Map(fields), collation), isOrdered: false };
}

function withCollation(document: Doc, collation: Doc | undefined): Doc {
  if (collation !== undefined) document.set('collation', collation);
  return document;
}
