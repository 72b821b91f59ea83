import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '@argon/engine';
import type { NameMap } from '../names/branch-names';

/** Stages in which no collection can be named. */
const NAMELESS = new Set(
  (
    'addFields bucket bucketAuto changeStreamSplitLargeEvent collStats count densify documents fill geoNear group indexStats ' +
    'limit listSearchIndexes match planCacheStats project redact replaceRoot replaceWith sample search searchMeta set ' +
    'setWindowFields skip sort sortByCount unset unwind vectorSearch'
  )
    .split(' ')
    .map((name) => `$${name}`),
);

/** Stages that tell of the whole server or database. */
const OF_THE_SERVER = new Set(
  (
    'backupCursor currentOp listCatalog listClusterCatalog listLocalSessions listSampledQueries listSessions ' +
    'operationMetrics queryStats querySettings shardedDataDistribution'
  )
    .split(' ')
    .map((name) => `$${name}`),
);

type Rewrite = (specification: Value, map: NameMap, stage: string) => Value;

const REWRITES: ReadonlyMap<string, Rewrite> = new Map<string, Rewrite>([
  [
    '$lookup',
    (value, map, stage) => fields(value, { from: collectionIn(map, stage), pipeline: within(map) }),
  ],
  ['$graphLookup', (value, map, stage) => fields(value, { from: collectionIn(map, stage) })],
  [
    '$unionWith',
    (value, map, stage) =>
      typeof value === 'string'
        ? map.collection(value)
        : fields(value, {
            coll: collectionIn(map, stage),
            pipeline: within(map),
            db: (db) => database(db, map),
          }),
  ],
  ['$facet', (value, map) => everyField(value, within(map))],
  ['$out', (value, map) => target(value, map)],
  [
    '$merge',
    (value, map) =>
      typeof value === 'string'
        ? map.collection(value)
        : fields(value, { into: (into) => target(into, map) }),
  ],
]);

/**
 * A pipeline with its collections' names turned, those of nested pipelines included. What is no pipeline is left for
 * mongod to refuse.
 * @throws CommandError for stages that tell of more than a branch, and for unknown ones: what such a stage may name is
 * not known either
 */
export function rewritePipeline(pipeline: Value, map: NameMap): Value {
  return Array.isArray(pipeline) ? pipeline.map((stage) => rewriteStage(stage, map)) : pipeline;
}

function rewriteStage(stage: Value, map: NameMap): Value {
  if (!(stage instanceof Map) || stage.size !== 1) return stage;
  const [[name, specification]] = stage as unknown as [[string, Value]];
  if (NAMELESS.has(name)) return stage;
  const rewrite = REWRITES.get(name);
  if (rewrite !== undefined) return new Map([[name, rewrite(specification, map, name)]]);
  if (!map.strict) return map.unknown?.(stage) ?? stage;
  // It names no collection, and mongod refuses it everywhere but in the first place, each in another way.
  if (name === '$changeStream') return stage;
  if (OF_THE_SERVER.has(name)) {
    throw new CommandError(
      'CommandNotSupported',
      `${name} tells of the whole server; a traditional branch cannot show that`,
    );
  }
  throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
}

const within = (map: NameMap) => (value: Value) => {
  const [first] = Array.isArray(value) ? value : [];
  if (map.strict && first instanceof Map && first.has('$collStats')) {
    const message = '$collStats within another pipeline is not supported on a traditional branch';
    throw new CommandError('CommandNotSupported', message);
  }
  return rewritePipeline(value, map);
};

function collectionIn(map: NameMap, stage: string): (value: Value) => Value {
  return (value) => {
    if (value instanceof Map && map.strict) {
      const message = `${stage} over a collection given as ${bsonTypeName(value)} is not supported on a traditional branch: give its name`;
      throw new CommandError('CommandNotSupported', message);
    }
    return typeof value === 'string' ? map.collection(value) : value;
  };
}

/** Where a stage writes to: `name`, or `{db, coll}`. */
function target(value: Value, map: NameMap): Value {
  if (typeof value === 'string') return map.collection(value);
  return fields(value, {
    db: (db) => database(db, map),
    coll: (coll) => (typeof coll === 'string' ? map.collection(coll) : coll),
  });
}

function database(value: Value, map: NameMap): Value {
  return typeof value === 'string' ? map.database(value) : value;
}

function fields(value: Value, rewrites: Readonly<Record<string, (value: Value) => Value>>): Value {
  if (!(value instanceof Map)) return value;
  const result: Doc = new Map();
  for (const [field, each] of value) {
    const rewrite = Object.hasOwn(rewrites, field) ? rewrites[field] : undefined;
    result.set(field, rewrite === undefined ? each : rewrite(each));
  }
  return result;
}

function everyField(value: Value, rewrite: (value: Value) => Value): Value {
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([field, each]) => [field, rewrite(each)]));
}
