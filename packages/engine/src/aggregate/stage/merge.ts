import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileDocumentPipeline } from '../document-pipeline';
import type { Expression, Variables } from '../expression/expression';
import { parseFieldPath } from '../expression/field-path';
import { isStageName } from './stage-names';
import type { MergeWrites, Stage, StageCompiler, StageContext } from './stage';

const OPTIONS = ['into', 'on', 'let', 'whenMatched', 'whenNotMatched'];
const WHEN_MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const;
const WHEN_NOT_MATCHED = ['insert', 'discard', 'fail'] as const;
/** Combinations that mongod does not support. */
const REFUSED = new Set(['keepExisting discard', 'keepExisting fail', 'fail discard', 'fail fail']);

/** `$merge`: the command writes what the pipeline yields into a collection, document by document. */
export const MERGE: StageCompiler = (argument, context, name) => {
  const spec = typeof argument === 'string' ? (new Map([['into', argument]]) as Doc) : argument;
  if (!(spec instanceof Map)) {
    throw new CommandError(
      'TypeMismatch',
      `$merge requires a string or object argument, but found ${bsonTypeName(argument)}`,
    );
  }
  const unknown = [...spec.keys()].find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) {
    throw new CommandError(40415, `BSON field '$merge.${unknown}' is an unknown field.`);
  }
  return stage(spec, context, name);
};

function stage(spec: Doc, context: StageContext, name: string): Stage {
  const into = target(spec.get('into'));
  const on = onFields(spec.get('on'));
  const matched = spec.get('whenMatched') ?? 'merge';
  const whenMatched = Array.isArray(matched) ? 'pipeline' : mode(matched);
  const whenNotMatched = notMatchedMode(spec.get('whenNotMatched') ?? 'insert');
  if (REFUSED.has(`${whenMatched} ${whenNotMatched}`)) {
    throw new CommandError(
      51181,
      `Combination of $merge modes 'whenMatched: ${whenMatched}' and 'whenNotMatched: ${whenNotMatched}' is not supported`,
    );
  }
  const letVariables = spec.get('let');
  if (letVariables !== undefined && whenMatched !== 'pipeline') {
    throw new CommandError(51199, `Cannot use 'let' variables with 'whenMatched: ${whenMatched}' mode`);
  }
  const update = Array.isArray(matched) ? updater(matched, letVariables, context) : undefined;
  const writes: MergeWrites = {
    kind: 'merge',
    ...into,
    on,
    whenMatched,
    whenNotMatched,
    ...(update === undefined ? {} : { update }),
  };
  return { name, writes, run: (source) => source };
}

function target(into: Value | undefined): { collection: string; database?: string } {
  if (into === undefined) {
    throw new CommandError(40414, "BSON field '$merge.into' is missing but a required field");
  }
  if (typeof into === 'string') {
    if (into === '') throw new CommandError(5786800, "$merge 'into' field cannot be an empty string");
    return { collection: into };
  }
  if (!(into instanceof Map)) {
    throw new CommandError(
      51178,
      `$merge 'into' field  must be either a string or an object, but found ${bsonTypeName(into)}`,
    );
  }
  const unknown = [...into.keys()].find((field) => field !== 'db' && field !== 'coll');
  if (unknown !== undefined)
    throw new CommandError(40415, `BSON field 'into.${unknown}' is an unknown field.`);
  const collection = into.get('coll');
  const database = into.get('db');
  if (typeof collection !== 'string' || collection === '') {
    throw new CommandError(
      5786801,
      "$merge 'into' field must specify a 'coll' that is not empty, null or undefined",
    );
  }
  return { collection, ...(typeof database === 'string' ? { database } : {}) };
}

function onFields(on: Value | undefined): string[] {
  if (on === undefined) return ['_id'];
  const fields = typeof on === 'string' ? [on] : on;
  if (!Array.isArray(fields)) {
    throw new CommandError(
      51186,
      `$merge 'on' field  must be either a string or an array of strings, but found ${bsonTypeName(on)}`,
    );
  }
  if (fields.length === 0) {
    throw new CommandError(51187, "If explicitly specifying $merge 'on', must include at least one field");
  }
  const names = new Set<string>();
  for (const field of fields) {
    if (typeof field !== 'string') {
      throw new CommandError(
        51134,
        `$merge 'on' array elements must be strings, but found ${bsonTypeName(field)}`,
      );
    }
    parseFieldPath(field);
    if (names.has(field)) throw new CommandError(31465, `Found a duplicate field '${field}'`);
    names.add(field);
  }
  return [...names];
}

function mode(value: Value): (typeof WHEN_MATCHED)[number] {
  if (typeof value !== 'string') {
    throw new CommandError(
      51191,
      `$merge 'whenMatched' field  must be either a string or an array, but found ${bsonTypeName(value)}`,
    );
  }
  const known = WHEN_MATCHED.find((name) => name === value);
  if (known !== undefined) return known;
  throw new CommandError(
    'BadValue',
    `Enumeration value '${value}' for field 'whenMatched' is not a valid value.`,
  );
}

function notMatchedMode(value: Value): (typeof WHEN_NOT_MATCHED)[number] {
  const known = WHEN_NOT_MATCHED.find((name) => name === value);
  if (known !== undefined) return known;
  if (typeof value !== 'string') {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '$merge.whenNotMatched' is the wrong type '${bsonTypeName(value)}', expected type 'string'`,
    );
  }
  throw new CommandError(
    'BadValue',
    `Enumeration value '${value}' for field '$merge.whenNotMatched' is not a valid value.`,
  );
}

/** The pipeline of `whenMatched`, with the incoming document as `$$new` unless `let` says otherwise. */
function updater(
  stages: readonly Value[],
  letVariables: Value | undefined,
  { scope, env }: StageContext,
): NonNullable<MergeWrites['update']> {
  if (letVariables !== undefined && !(letVariables instanceof Map)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '$merge.let' is the wrong type '${bsonTypeName(letVariables)}', expected type 'object'`,
    );
  }
  const bindings = Array.from(letVariables ?? [], ([name, value]): readonly [string, Expression] => [
    name,
    scope.compile(value),
  ]);
  const names = ['new', ...bindings.map(([name]) => name), ...(env.variables?.keys() ?? [])];
  const pipeline = compileDocumentPipeline(stages, {
    variables: names,
    isStage: isStageName,
    collation: env.collation,
  });
  return (existing, incoming) => {
    const outer: Variables = new Map<string, Value | undefined>([...(env.variables ?? []), ['NOW', env.now]]);
    const variables = new Map<string, Value | undefined>([...outer, ['new', incoming]]);
    for (const [name, expression] of bindings) variables.set(name, expression.evaluate(incoming, outer));
    return pipeline(existing, variables);
  };
}
