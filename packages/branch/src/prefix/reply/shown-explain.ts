import type { Doc, Value } from '@argon/bson';
import type { BranchNames, NameMap } from '../names/branch-names';
import { rewritePipeline } from '../rewrite/pipeline';

const NAMESPACES = new Set(['namespace', 'ns', 'foreignCollection']);
/** What lies under these is what the user wrote, or values. */
const VALUES = new Set([
  'filter',
  'indexBounds',
  'indexFilter',
  'keyPattern',
  'multiKeyPaths',
  'parsedQuery',
  'transformBy',
]);

/** What mongod tells of a plan, with names as users know them. */
export function shownExplanation(explanation: Doc, names: BranchNames): Doc {
  const shown: Doc = new Map();
  for (const [field, value] of explanation) {
    shown.set(
      field,
      field === 'command' && value instanceof Map ? shownCommand(value, names) : walk(field, value, names),
    );
  }
  return shown;
}

function walk(field: string, value: Value, names: BranchNames): Value {
  if (typeof value === 'string') return NAMESPACES.has(field) ? names.shownNamespace(value) : value;
  if (VALUES.has(field)) return value;
  if (field.startsWith('$') && field !== '$cursor') {
    const [stage] = rewritePipeline([new Map([[field, value]])], shownWithin(names)) as [Doc];
    return stage.get(field)!;
  }
  if (Array.isArray(value)) return value.map((each) => walk(field, each, names));
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([name, each]) => [name, walk(name, each, names)]));
}

/** A stage's own pipeline has plans in it. */
function shownWithin(names: BranchNames): NameMap {
  return {
    ...names.toShown,
    unknown: (stage) =>
      new Map([...stage].map(([name, each]) => [name, name === '$cursor' ? walk(name, each, names) : each])),
  };
}

/** mongod repeats the command that it explains. */
function shownCommand(command: Doc, names: BranchNames): Doc {
  const shown: Doc = new Map(command);
  const [first] = command.keys();
  const collection = first === undefined ? undefined : command.get(first);
  if (typeof collection === 'string') shown.set(first!, names.toShown.collection(collection));
  const pipeline = command.get('pipeline');
  if (pipeline !== undefined) shown.set('pipeline', rewritePipeline(pipeline, names.toShown));
  if (command.has('$db')) shown.set('$db', names.shownDatabase);
  return shown;
}
