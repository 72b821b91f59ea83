import { CommandError } from '../../handler/errors';
import { BUCKET } from './bucket';
import { BUCKET_AUTO } from './bucket-auto';
import { CHANGE_STREAM } from './change-stream';
import { COUNT } from './count';
import { DENSIFY } from './densify';
import { DOCUMENT_STAGES } from './document-stages';
import { FACET } from './facet';
import { FILL } from './fill';
import { GEO_NEAR } from './geo-near';
import { GRAPH_LOOKUP } from './graph-lookup';
import { GROUP } from './group';
import { LIMIT } from './limit';
import { LIST_LOCAL_SESSIONS, LIST_SESSIONS } from './list-sessions';
import { LOOKUP } from './lookup';
import { MATCH } from './match';
import { MERGE } from './merge';
import { OUT } from './out';
import { REDACT } from './redact';
import { SAMPLE } from './sample';
import { SET_WINDOW_FIELDS } from './set-window-fields';
import { SKIP } from './skip';
import { SORT } from './sort';
import { SORT_BY_COUNT } from './sort-by-count';
import { DOCUMENTS } from './sources';
import type { StageCompiler } from './stage';
import { COLL_STATS, CURRENT_OP, INDEX_STATS } from './statistics';
import { UNION_WITH } from './union-with';
import { unsupportedStage } from './unsupported';
import { UNWIND } from './unwind';

/** All stages, by name. */
const STAGES: ReadonlyMap<string, StageCompiler> = new Map(
  Object.entries({
    ...DOCUMENT_STAGES,
    $bucket: BUCKET,
    $bucketAuto: BUCKET_AUTO,
    $changeStream: CHANGE_STREAM,
    $collStats: COLL_STATS,
    $count: COUNT,
    $currentOp: CURRENT_OP,
    $densify: DENSIFY,
    $documents: DOCUMENTS,
    $facet: FACET,
    $fill: FILL,
    $geoNear: GEO_NEAR,
    $graphLookup: GRAPH_LOOKUP,
    $group: GROUP,
    $indexStats: INDEX_STATS,
    $limit: LIMIT,
    $lookup: LOOKUP,
    $match: MATCH,
    $merge: MERGE,
    $out: OUT,
    $redact: REDACT,
    $sample: SAMPLE,
    $setWindowFields: SET_WINDOW_FIELDS,
    $skip: SKIP,
    $sort: SORT,
    $sortByCount: SORT_BY_COUNT,
    $unionWith: UNION_WITH,
    $unwind: UNWIND,
    $listLocalSessions: LIST_LOCAL_SESSIONS,
    $listSessions: LIST_SESSIONS,
    $listCatalog: unsupportedStage('use listCollections and listIndexes'),
    $listCachedAndActiveUsers: unsupportedStage('use usersInfo'),
    $operationMetrics: unsupportedStage('use serverStatus'),
    $shardedDataDistribution: unsupportedStage('nothing is sharded'),
    $planCacheStats: unsupportedStage('Argon has no plan cache'),
  }),
);

/** The compiler of a stage; mongod's 40324 for an unknown one. */
export function findStage(name: string): StageCompiler {
  const stage = STAGES.get(name);
  if (stage !== undefined) return stage;
  throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
}
