import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Expression, ExpressionScope } from '../expression/expression';
import { parseFieldPath } from '../expression/field-path';
import { MemoryMeter } from '../memory';
import { withMetadataOf } from '../metadata';
import type { SortField } from '../order/sort-pattern';
import { setPath } from '../projection/set-path';
import type { PipelineEnv } from '../env';
import { sortFields } from './sort';
import type { Stage, StageCompiler } from './stage';
import { inBatches } from './stream';
import { WINDOW_ACCUMULATORS } from './window/accumulate';
import { parseBounds } from './window/bounds';
import { CALCULUS_FUNCTIONS } from './window/calculus';
import { LINEAR_FILL } from './window/interpolate';
import { MOVING_FUNCTIONS } from './window/moving';
import { partitions, refuseArray } from './window/partition';
import { RANK_FUNCTIONS } from './window/rank';
import { LOCF, SHIFT } from './window/shift';
import type { WindowFunction, WindowFunctionCompiler } from './window/window-function';

const FUNCTIONS: ReadonlyMap<string, WindowFunctionCompiler> = new Map(
  Object.entries({
    ...WINDOW_ACCUMULATORS,
    ...CALCULUS_FUNCTIONS,
    ...MOVING_FUNCTIONS,
    ...RANK_FUNCTIONS,
    $linearFill: LINEAR_FILL,
    $locf: LOCF,
    $shift: SHIFT,
  }),
);

/**
 * `$setWindowFields`: fields computed over windows of neighbouring documents. New fields are appended in the order
 * of the specification; mongod's order is that of its hashes.
 */
export const SET_WINDOW_FIELDS: StageCompiler = (argument, { scope, env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      'FailedToParse',
      `the $setWindowFields stage specification must be an object, found ${bsonTypeName(argument)}`,
    );
  }
  for (const [option, value] of argument) checkOption(option, value);
  const output = argument.get('output') as Doc | undefined;
  if (output === undefined) {
    throw new CommandError(40414, "BSON field '$setWindowFields.output' is missing but a required field");
  }
  const given = argument.get('partitionBy');
  const partitionBy = given === undefined ? undefined : scope.compile(given);
  refuseArray(partitionBy?.constant?.value);
  const sortBy = sortFields((argument.get('sortBy') as Doc | undefined) ?? new Map(), env.collation, scope);
  const fields = compileOutput(output, sortBy, scope);
  return {
    ...windowStage(name, partitionBy, sortBy, fields, env),
    withSortKeys: windowStage(name, partitionBy, sortBy, fields, env, true),
  };
};

function checkOption(option: string, value: Value): void {
  if (option === 'partitionBy') return;
  if (option !== 'sortBy' && option !== 'output') {
    throw new CommandError(40415, `BSON field '$setWindowFields.${option}' is an unknown field.`);
  }
  if (!(value instanceof Map)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '$setWindowFields.${option}' is the wrong type '${bsonTypeName(value)}', expected type 'object'`,
    );
  }
}

/** A field and the window function that computes it. */
export interface WindowField {
  readonly path: readonly string[];
  readonly compute: WindowFunction;
}

export function compileOutput(
  output: Doc,
  sortBy: readonly SortField[],
  scope: ExpressionScope,
): WindowField[] {
  const names = [...output.keys()];
  const fields = Array.from(output, ([name, value]): WindowField => ({
    path: parseFieldPath(name),
    compute: compileFunction(name, value, sortBy, scope),
  }));
  if (names.some((name) => names.some((other) => other.startsWith(`${name}.`)))) {
    throw new CommandError(6307900, "$setWindowFields 'output' specification contains two conflicting paths");
  }
  return fields;
}

function compileFunction(
  field: string,
  specification: Value,
  sortBy: readonly SortField[],
  scope: ExpressionScope,
): WindowFunction {
  const failed = (message: string): CommandError => new CommandError('FailedToParse', message);
  if (!(specification instanceof Map)) throw failed(`The field '${field}' must be an object`);
  const names = [...specification.keys()];
  const functions = names.filter((name) => name.startsWith('$'));
  const [name] = functions;
  if (name === undefined) throw failed('Expected a $-prefixed window function');
  if (functions.length > 1) throw failed('Cannot specify two functions in window function spec');
  const compiler = FUNCTIONS.get(name);
  if (compiler === undefined) throw failed(`Unrecognized window function, ${name}`);
  const unknown = names.find((other) => other !== name && other !== 'window');
  if (unknown !== undefined) throw failed(`Window function found an unknown argument: ${unknown}`);
  return compiler({
    name,
    argument: specification.get(name) as Value,
    specification,
    sortBy,
    scope,
    bounds: () => parseBounds(specification.get('window'), sortBy),
  });
}

export function windowStage(
  name: string,
  partitionBy: Expression | undefined,
  sortBy: readonly SortField[],
  fields: readonly WindowField[],
  env: PipelineEnv,
  keepsKeys = false,
): Stage {
  return {
    name,
    async *run(source, variables) {
      const meter = new MemoryMeter('$setWindowFields', env);
      const documents: Doc[] = [];
      for await (const batch of source) {
        for (const document of batch) {
          meter.add(document);
          documents.push(document);
        }
      }
      const by = { partitionBy, sortBy, variables, collation: env.collation, keepsKeys };
      for (const partition of partitions(documents, by)) {
        let results: Doc[] = [...partition.documents];
        for (const { path, compute } of fields) {
          const values = compute.compute(partition);
          results = results.map((document, index) =>
            withMetadataOf(document, withField(document, path, values[index])),
          );
        }
        yield* inBatches(results);
      }
    },
  };
}

function withField(document: Doc, path: readonly string[], value: Value | undefined): Doc {
  if (value !== undefined) return setPath(document, path, value);
  if (path.length > 1 || !document.has(path[0] as string)) return document;
  const copy = new Map(document);
  copy.delete(path[0] as string);
  return copy;
}
