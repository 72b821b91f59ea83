import {
  bsonTypeName,
  compareValues,
  encodeKey,
  isNumber,
  makeLong,
  toNumber,
  type Collation,
  type Doc,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { PipelineEnv } from '../env';
import { compileFilter, type Matcher } from '../../match/compile';
import { describeDocument } from '../expression/describe';
import type { Expression } from '../expression/expression';
import { withContext } from '../expression/scope';
import { parseFieldPath } from '../expression/field-path';
import { withMetadataOf } from '../metadata';
import { setPath } from '../projection/set-path';
import { ForeignIndex, joinValues } from './lookup/foreign';
import type { StageCompiler, StageContext } from './stage';

interface GraphSpecification {
  readonly from: string;
  readonly as: readonly string[];
  readonly startWith: Expression;
  readonly connectFrom: readonly string[];
  readonly connectTo: string;
  readonly maxDepth: number;
  readonly depthField: readonly string[] | undefined;
  readonly restriction: Matcher | undefined;
}

/** `$graphLookup`: follows connections breadth first. What is found comes in that order; mongod's is that of its hashes. */
export const GRAPH_LOOKUP: StageCompiler = (argument, context, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      'FailedToParse',
      `the $graphLookup stage specification must be an object, but found ${bsonTypeName(argument)}`,
    );
  }
  const specification = parse(argument, context);
  return {
    name,
    async *run(source, variables) {
      const index = new ForeignIndex(specification.from, specification.connectTo, context.env);
      for await (const batch of source) {
        const output: Doc[] = [];
        for (const document of batch) {
          context.env.check?.();
          const start = specification.startWith.evaluate(document, variables);
          const found = await search(start, specification, index, context.env.collation);
          output.push(withMetadataOf(document, setPath(document, specification.as, found)));
        }
        yield output;
      }
    },
  };
};

function parse(argument: Doc, { scope, env }: StageContext): GraphSpecification {
  if (!argument.has('from')) {
    throw new CommandError(
      'FailedToParse',
      `missing 'from' option to $graphLookup stage specification: ${describeDocument(argument)}`,
    );
  }
  const texts: Record<string, string> = {};
  let startWith: Expression | undefined;
  let maxDepth = Infinity;
  let restriction: Matcher | undefined;
  for (const [name, value] of argument) {
    switch (name) {
      case 'startWith':
        startWith = scope.compile(value);
        break;
      case 'maxDepth':
        maxDepth = depthLimit(value);
        break;
      case 'restrictSearchWithMatch':
        restriction = compileRestriction(value, env);
        break;
      case 'from':
      case 'as':
      case 'connectFromField':
      case 'connectToField':
      case 'depthField':
        texts[name] = textOption(name, value);
        break;
      default:
        throw new CommandError(40104, `Unknown argument to $graphLookup: ${name}`);
    }
  }
  const { from, as, connectFromField, connectToField, depthField } = texts;
  if (
    from === undefined ||
    as === undefined ||
    startWith === undefined ||
    connectFromField === undefined ||
    connectToField === undefined
  ) {
    throw new CommandError(
      40105,
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.",
    );
  }
  parseFieldPath(connectToField);
  return {
    from,
    as: parseFieldPath(as),
    startWith,
    connectFrom: parseFieldPath(connectFromField),
    connectTo: connectToField,
    maxDepth,
    depthField: depthField === undefined ? undefined : parseFieldPath(depthField),
    restriction,
  };
}

function textOption(name: string, value: Value): string {
  if (name === 'from') {
    if (typeof value === 'string') return value;
    throw new CommandError(
      'FailedToParse',
      `$graphLookup 'from' field must be a string, but found ${bsonTypeName(value)}`,
    );
  }
  if (typeof value !== 'string') {
    throw new CommandError(40103, `expected string as argument for ${name}, found: ${bsonTypeName(value)}`);
  }
  parseFieldPath(value);
  return value;
}

function depthLimit(value: Value): number {
  if (!isNumber(value)) {
    throw new CommandError(40100, `maxDepth must be numeric, found type: ${bsonTypeName(value)}`);
  }
  const depth = toNumber(value);
  if (depth < 0) throw new CommandError(40101, `maxDepth requires a nonnegative argument, found: ${depth}`);
  if (!Number.isInteger(depth) || compareValues(value, depth) !== 0) {
    throw new CommandError(40102, `maxDepth could not be represented as a long long: ${Math.trunc(depth)}`);
  }
  return depth;
}

function compileRestriction(value: Value, { now, collation }: PipelineEnv): Matcher {
  if (!(value instanceof Map)) {
    throw new CommandError(40185, `restrictSearchWithMatch must be an object, found ${bsonTypeName(value)}`);
  }
  const restriction = compileFilter(value, { now, collation });
  if (restriction.text === undefined) return restriction;
  throw withContext(
    new CommandError('BadValue', '$text is not allowed in this context'),
    "Failed to parse 'restrictSearchWithMatch' option to $graphLookup",
  );
}

async function search(
  start: Value | undefined,
  specification: GraphSpecification,
  index: ForeignIndex,
  collation: Collation | undefined,
): Promise<Value[]> {
  const found: Value[] = [];
  const visited = new Set<string>();
  const asked = new Set<string>();
  // A missing start leads nowhere, null to what holds null.
  let frontier = start === undefined ? [] : Array.isArray(start) ? start : [start];
  for (let depth = 0; depth <= specification.maxDepth && frontier.length > 0; depth++) {
    const values = frontier.filter((value) => addKey(asked, value, collation));
    frontier = [];
    for (const document of await index.find(values)) {
      if (!holds(document, specification, values)) continue;
      // As in mongod, documents are told apart by their ids' bytes.
      if (!addKey(visited, document.get('_id') ?? null, undefined)) continue;
      found.push(withDepth(document, specification, depth));
      frontier.push(...joinValues(document, specification.connectFrom));
    }
  }
  return found;
}

function addKey(keys: Set<string>, value: Value, collation: Collation | undefined): boolean {
  const key = encodeKey([value], undefined, collation);
  if (keys.has(key)) return false;
  keys.add(key);
  return true;
}

/** Besides the restriction: null connects to null only, not to a field that is missing. */
function holds(document: Doc, specification: GraphSpecification, values: readonly Value[]): boolean {
  if (specification.restriction?.matches(document) === false) return false;
  if (!values.includes(null)) return true;
  return joinValues(document, specification.connectTo.split('.')).length > 0;
}

function withDepth(document: Doc, { depthField }: GraphSpecification, depth: number): Doc {
  return depthField === undefined ? document : setPath(document, depthField, makeLong(BigInt(depth)));
}
