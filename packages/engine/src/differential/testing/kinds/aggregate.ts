import type { Doc, Value } from '@argon/bson';
import { CLASSIC_ENGINE } from '../../../aggregate/testing/expression-cases';
import { ExpressionMaker, object } from '../../../aggregate/testing/expression-maker';
import { malformed, OPERATOR_CASES } from '../../../aggregate/testing/operator-cases';
import { randomTypedDocument } from '../../../aggregate/testing/random-documents';
import { PipelineMaker } from '../../../aggregate/testing/random-pipelines';
import { randomRecord } from '../../../aggregate/testing/random-record';
import type { Random } from '../../../match/testing/random';
import { aggregateCommand, insertCommand } from '../commands';
import type { Case, Kind } from '../kind';

const OPERATORS = Object.keys(OPERATOR_CASES);

function expressionCase(random: Random, maker: ExpressionMaker, id: Value): Case {
  const name = random.pick(OPERATORS);
  const expression = random.chance(0.04) ? malformed(maker, name) : maker.operator(name);
  const match = object(['$match', object(['_id', id])]);
  return { commands: [aggregateCommand('c', [match, object(['$replaceWith', object(['x', expression])])])] };
}

function expressions(name: string, share: number, wrongTypes: number): Kind {
  return {
    name,
    share,
    blockSize: 500,
    block(random, size) {
      const documents = Array.from({ length: 40 }, (_, id) => randomTypedDocument(random, id));
      const maker = new ExpressionMaker(random, OPERATOR_CASES, wrongTypes);
      const cases = Array.from({ length: size }, () =>
        expressionCase(random, maker, random.pick(documents).get('_id')!),
      );
      return { setup: [insertCommand('c', documents)], cases };
    },
    forMongod: (command) =>
      withPipeline(command, ([match, ...rest]) =>
        match === undefined ? [] : [match, CLASSIC_ENGINE, ...rest],
      ),
  };
}

/** All expression operators, mostly on what they are for. */
export const EXPRESSIONS = expressions('expressions', 16, 0.08);

/** All expression operators on values of every type. */
export const WILD_EXPRESSIONS = expressions('expressions of any type', 8, 0.6);

/** Pipelines of all stages. */
export const PIPELINES: Kind = {
  name: 'pipelines',
  share: 12,
  blockSize: 150,
  block(random, size) {
    const records = Array.from({ length: 15 }, (_, id) => randomRecord(random, id));
    const others = Array.from({ length: 8 }, (_, id) => randomRecord(random, 100 + id));
    const maker = new PipelineMaker(random);
    const next = (): Case => {
      const pipeline = maker.pipeline();
      return { commands: [aggregateCommand('records', pipeline)], isUnordered: pipeline.some(isUnordered) };
    };
    return {
      setup: [insertCommand('records', records), insertCommand('other', others)],
      cases: Array.from({ length: size }, next),
    };
  },
  forMongod: (command) => withPipeline(command, (pipeline) => apart(pipeline as Doc[])),
};

/** Stages after which documents come in no particular order: those that hash. */
function isUnordered(stage: Doc): boolean {
  return stage.has('$facet') || stage.has('$densify');
}

function withPipeline(command: Doc, change: (pipeline: readonly Value[]) => Value[]): Doc {
  const pipeline = command.get('pipeline');
  return Array.isArray(pipeline) ? new Map([...command, ['pipeline', change(pipeline)]]) : command;
}

/**
 * With the stages kept apart, so that each does what it says and no optimizer moves them; but for limits, which Argon
 * moves too.
 */
function apart(pipeline: readonly Doc[]): Value[] {
  return pipeline.flatMap((stage, index) => {
    const rest = pipeline.slice(index).map((later) => [...later.keys()][0] as string);
    const next = rest.findIndex((name) => !DOCUMENT_WISE.has(name));
    const previous = [...(pipeline[index - 1]?.keys() ?? [])][0] ?? '';
    const isMoved = LIMITS.has(rest[next] ?? '') && (DOCUMENT_WISE.has(previous) || LIMITS.has(previous));
    return isMoved ? [stage] : [CLASSIC_ENGINE, stage];
  });
}

const DOCUMENT_WISE = new Set(['$project', '$addFields', '$set', '$unset', '$replaceRoot', '$replaceWith']);
const LIMITS = new Set(['$limit', '$skip']);
