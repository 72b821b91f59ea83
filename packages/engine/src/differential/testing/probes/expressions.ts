import { ExpressionMaker, object } from '../../../aggregate/testing/expression-maker';
import { OPERATOR_CASES } from '../../../aggregate/testing/operator-cases';
import { randomTypedDocument } from '../../../aggregate/testing/random-documents';
import { Random } from '../../../match/testing/random';
import { aggregateCommand, insertCommand } from '../commands';
import type { Doc } from '@argon/bson';
import { probes, type Probe } from './probe';

const EACH = 12;
const random = new Random(6_005);

/** The documents that expressions run on. */
const documents = Array.from({ length: 10 }, (_, id) => randomTypedDocument(random, id));
export const EXPRESSION_SETUP: readonly Doc[] = [insertCommand('typed', documents)];

function generated(name: string): Probe {
  const maker = new ExpressionMaker(new Random(blockOf(name)), OPERATOR_CASES, 0);
  const commands = documents.flatMap((document) =>
    Array.from({ length: EACH / 4 }, () =>
      aggregateCommand('typed', [
        object(['$match', object(['_id', document.get('_id')!])]),
        object(['$replaceWith', object(['x', maker.operator(name)])]),
      ]),
    ),
  );
  return { name, commands: commands.map((command) => Object.fromEntries(command)) };
}

function blockOf(name: string): number {
  return [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
}

/** Those that the generators leave out. */
const OTHERS = {
  $const: 1,
  $function: { body: 'function() { return 1 }', args: [], lang: 'js' },
  $meta: 'indexKey',
  $rand: {},
  $toHashedIndexKey: '$n',
};

export const EXPRESSION_PROBES: readonly Probe[] = [
  ...Object.keys(OPERATOR_CASES).map(generated),
  ...probes(
    OTHERS,
    (name, argument) => ({
      aggregate: 'c',
      pipeline: [{ $sort: { _id: 1 } }, { $project: { x: { [name]: argument } } }],
      cursor: {},
    }),
    ['$rand', '$meta'],
  ),
];
