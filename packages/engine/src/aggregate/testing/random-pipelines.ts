import type { Doc, Value } from '@argon/bson';
import type { Random } from '../../match/testing/random';
import { ExpressionMaker, object } from './expression-maker';
import { OPERATOR_CASES } from './operator-cases';
import { WINDOW_STAGES } from './window-stages';

/** Makes one stage. */
export type StageMaker = (maker: PipelineMaker) => Doc;

const PATHS = [
  'g',
  'k',
  'v',
  'p',
  'arr',
  'sub',
  'sub.x',
  'sub.y.z',
  'docs',
  'docs.x',
  'arr.x',
  'd',
  'any',
  'missing',
];

export class PipelineMaker {
  readonly expressions: ExpressionMaker;

  constructor(readonly random: Random) {
    this.expressions = new ExpressionMaker(random, OPERATOR_CASES, 0.02);
  }

  path(): string {
    return this.random.pick(PATHS);
  }

  reference(): string {
    return `$${this.path()}`;
  }

  /** An expression that rarely fails. */
  expression(): Value {
    switch (this.random.below(6)) {
      case 0:
        return object(['$ifNull', [this.reference(), 'none']]);
      case 1:
        return object(['$type', this.reference()]);
      case 2:
        return object(['x', this.reference()], ['y', this.reference()]);
      case 3:
        return [this.reference(), this.random.below(5)];
      case 4:
        return object(['$cond', [object(['$gt', [this.reference(), 2]]), this.reference(), '$$REMOVE']]);
      default:
        return this.reference();
    }
  }

  sort(): Doc {
    const sort: Doc = new Map();
    for (const path of this.random.many(0, 1, () => this.path())) sort.set(path, this.random.pick([1, -1]));
    // Documents that sort alike come in any order from mongod.
    sort.set('_id', this.random.pick([1, -1]));
    return sort;
  }

  pipeline(most = 3): Doc[] {
    const stages = this.random.many(1, most, () => this.stage());
    // The second of two would start from one of several equal numbers of different types.
    const first = stages.findIndex((stage) => stage.has('$densify'));
    return stages.filter((stage, index) => index === first || !stage.has('$densify')).flatMap(settled);
  }

  /** A pipeline for inside of `$facet`. */
  pipelineWithout(): Doc[] {
    return this.pipeline(2).filter((stage) => !stage.has('$facet'));
  }

  stage(): Doc {
    return this.random.pick(STAGES)(this);
  }
}

/** Groups and partitions come in any order, so they are sorted before anything depends on it. */
function settled(stage: Doc): Doc[] {
  if (stage.has('$group')) return [stage, object(['$sort', object(['_id', 1])])];
  if (stage.has('$densify')) {
    // Null and missing are two partitions, but sort alike.
    const partitions = object(['$set', object(['g', object(['$ifNull', ['$g', 'none']])])]);
    return [partitions, stage, object(['$sort', object(['p', 1], ['g', 1], ['_id', 1])])];
  }
  return [stage];
}

const flag = (maker: PipelineMaker): Value => maker.random.pick<Value>([1, 1, true, 0, false]);

function projection(maker: PipelineMaker): Doc {
  const spec: Doc = new Map();
  const included = maker.random.pick<Value>([1, true, 0]);
  for (const path of maker.random.many(1, 4, () => maker.path())) {
    spec.set(path, maker.random.chance(0.9) ? included : flag(maker));
  }
  if (included !== 0 && maker.random.chance(0.5))
    spec.set(maker.random.pick(['n', 'v', 'sub.n', 'arr.n', 'docs.x']), maker.expression());
  if (maker.random.chance(0.2)) spec.set('_id', maker.random.pick<Value>([0, 1]));
  if (maker.random.chance(0.1))
    spec.set('sub', object(['x', included], ['q', included === 0 ? 0 : maker.expression()]));
  return spec;
}

function addedFields(maker: PipelineMaker): Doc {
  const spec: Doc = new Map();
  for (const path of maker.random.many(1, 3, () =>
    maker.random.pick([...PATHS, 'n', 'sub.n', 'arr.n', 'docs.q', 'v.q']),
  )) {
    spec.set(path, maker.expression());
  }
  return spec;
}

const ACCUMULATORS = [
  '$sum',
  '$avg',
  '$min',
  '$max',
  '$push',
  '$first',
  '$last',
  '$stdDevPop',
  '$stdDevSamp',
];

function accumulator(maker: PipelineMaker): Doc {
  const { random } = maker;
  switch (random.below(4)) {
    case 0:
      return object([
        random.pick(['$firstN', '$lastN', '$minN', '$maxN']),
        object(['n', 1 + random.below(3)], ['input', maker.reference()]),
      ]);
    case 1:
      return object([
        random.pick(['$topN', '$bottomN']),
        object(['n', 1 + random.below(3)], ['sortBy', maker.sort()], ['output', maker.expression()]),
      ]);
    case 2:
      return object([
        random.pick(['$top', '$bottom']),
        object(['sortBy', maker.sort()], ['output', maker.expression()]),
      ]);
    default:
      return random.chance(0.15)
        ? object(['$count', new Map()])
        : object([random.pick(ACCUMULATORS), maker.random.chance(0.9) ? maker.reference() : 1]);
  }
}

function output(maker: PipelineMaker): Doc {
  return object(['m', accumulator(maker)], ['n', accumulator(maker)]);
}

const STAGES: readonly StageMaker[] = [
  (maker) => object(['$project', projection(maker)]),
  (maker) => object(['$project', projection(maker)]),
  (maker) => object([maker.random.pick(['$addFields', '$set']), addedFields(maker)]),
  (maker) =>
    object(['$unset', maker.random.chance(0.5) ? maker.path() : maker.random.many(1, 2, () => maker.path())]),
  (maker) =>
    object([
      '$replaceWith',
      maker.random.chance(0.5) ? object(['x', maker.expression()], ['_id', '$_id']) : maker.reference(),
    ]),
  () =>
    object([
      '$replaceRoot',
      object(['newRoot', object(['$mergeObjects', [object(['q', 1]), '$sub', object(['_id', '$_id'])]])]),
    ]),
  (maker) =>
    object([
      '$match',
      object([
        maker.path(),
        maker.random.pick<Value>([1, 2, null, 'a', object(['$gt', 1]), object(['$exists', true])]),
      ]),
    ]),
  (maker) => object(['$match', object(['$expr', object(['$gt', [maker.reference(), maker.reference()]])])]),
  (maker) => object(['$sort', maker.sort()]),
  (maker) => object(['$limit', 1 + maker.random.below(8)]),
  (maker) => object(['$skip', maker.random.below(5)]),
  (maker) =>
    object([
      '$unwind',
      maker.random.chance(0.4)
        ? maker.reference()
        : object(
            ['path', maker.reference()],
            ['preserveNullAndEmptyArrays', maker.random.chance(0.5)],
            ...(maker.random.chance(0.5)
              ? [['includeArrayIndex', maker.random.pick(['i', 'sub.i', 'arr'])] as const]
              : []),
          ),
    ]),
  (maker) =>
    object([
      '$group',
      object(['_id', maker.expression()], ['m', accumulator(maker)], ['n', accumulator(maker)]),
    ]),
  (maker) => object(['$group', object(['_id', maker.reference()], ['m', accumulator(maker)])]),
  () => object(['$count', 'n']),
  (maker) =>
    object([
      '$bucketAuto',
      object(
        ['groupBy', maker.reference()],
        ['buckets', 1 + maker.random.below(4)],
        ['output', output(maker)],
      ),
    ]),
  (maker) =>
    object([
      '$bucket',
      object(
        ['groupBy', maker.reference()],
        ['boundaries', [0, 2, 4, 100]],
        ['default', 'other'],
        ['output', output(maker)],
      ),
    ]),
  (maker) => object(['$facet', object(['a', maker.pipelineWithout()], ['b', maker.pipelineWithout()])]),
  (maker) =>
    object([
      '$lookup',
      object(
        ['from', 'other'],
        ['localField', maker.path()],
        ['foreignField', maker.path()],
        ['as', maker.random.pick(['r', 'sub.r', 'arr'])],
      ),
    ]),
  (maker) =>
    object([
      '$lookup',
      object(
        ['from', 'other'],
        ['let', object(['a', maker.reference()])],
        [
          'pipeline',
          [
            object(['$match', object(['$expr', object(['$eq', [maker.reference(), '$$a']])])]),
            object(['$project', object(['k', 1], ['a', '$$a'])]),
          ],
        ],
        ['as', 'r'],
      ),
    ]),
  (maker) =>
    object([
      '$unionWith',
      object(['coll', 'other'], ['pipeline', [object(['$limit', 2]), object(['$set', addedFields(maker)])]]),
    ]),
  (maker) =>
    object([
      '$redact',
      object([
        '$cond',
        [
          object(['$gt', [maker.reference(), 1]]),
          maker.random.pick(['$$KEEP', '$$DESCEND']),
          maker.random.pick(['$$PRUNE', '$$DESCEND']),
        ],
      ]),
    ]),
  ...WINDOW_STAGES,
];
