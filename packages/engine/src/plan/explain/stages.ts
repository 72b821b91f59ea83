import { GivenRange } from '../access/given-range';
import { isNumber, type Doc, type Value } from '@argon/bson';
import { indexKind, type IndexDefinition } from '@argon/materializer';
import { collationDocument } from '../../collation/read-collation';
import { NeverNode } from '../../match/operators/always';
import { OrNode } from '../../match/operators/or';
import { PathNode } from '../../match/path-node';
import { isTrue } from '../../match/parse/truth';
import type { AccessPath } from '../access-path';
import { isCovered, type IndexAccess, type IndexScan } from '../access/index-access';
import { describeIntervals } from '../bounds/describe';
import type { FindPlan } from '../find-plan';
import { projectionPaths } from '../needs/projection-paths';
import { filterDocument } from './filter-document';
import { searchIn, textStages } from './text-stages';

/** A stage of a plan in mongod's words, around the stage that it takes its input from. */
export function stage(name: string, fields: readonly [string, Value][], input?: Doc): Doc {
  const document: Doc = new Map<string, Value>([['stage', name], ...fields]);
  if (input !== undefined) document.set('inputStage', input);
  return document;
}

/**
 * The plan of a find, outermost stage first.
 *
 * @param writes - What it finds is updated or deleted.
 */
export function findStages(plan: FindPlan, writes = false): Doc {
  const { query, path, near } = plan;
  const isSorting = plan.isSorting && near === undefined;
  const { skip, limit, sort, matcher, needed } = query;
  const projection =
    query.returnKey === true
      ? undefined
      : (query.projection ?? (plan.isCovered && needed !== undefined ? inclusionOf(needed) : undefined));
  const search = searchIn(matcher.root, matcher.text);
  const scored = isScored(query.projection) || isScored(sort) || query.metadata?.has('textScore') === true;
  let root =
    search === undefined || path.kind === 'IDHACK' || path.kind === 'COLLSCAN'
      ? accessStages(path, matcher.root)
      : textStages(path, matcher.root, search, scored);
  if (near !== undefined) root = nearStage(near, root);
  const project = (input: Doc): Doc =>
    projection === undefined || projection.size === 0
      ? input
      : stage(projectionStage(projection, plan), [['transformBy', projection]], input);
  // What is sorted is smaller then.
  const projectsFirst =
    isSorting && !plan.fetchesLast && skip + limit === 0 && keepsPlainly(projection, sort!);
  if (projectsFirst) root = project(root);
  if (isSorting) {
    const fields: [string, Value][] = [
      ['sortPattern', sort!],
      ['memLimit', query.memoryLimit],
    ];
    if (limit > 0) fields.push(['limitAmount', skip + limit]);
    root = stage(
      'SORT',
      [
        ...fields,
        [
          'type',
          plan.isCovered || plan.fetchesLast || writes || scored || plan.asksMetadata ? 'default' : 'simple',
        ],
      ],
      root,
    );
  }
  if (skip > 0) {
    const skipping: [string, Value][] = [['skipAmount', skip]];
    root =
      plan.skipsRecords && !plan.isCovered
        ? new Map(root).set('inputStage', stage('SKIP', skipping, root.get('inputStage') as Doc))
        : stage('SKIP', skipping, root);
  }
  if (plan.fetchesLast) root = stage('FETCH', [], root);
  if (!projectsFirst) root = project(root);
  if (limit > 0 && !isSorting) root = stage('LIMIT', [['limitAmount', limit]], root);
  if (query.returnKey === true) root = stage('RETURN_KEY', [], root);
  return isSubplanned(matcher.root) && path.kind !== 'EOF' ? stage('SUBPLAN', [], root) : root;
}

/** Whether it asks how well documents meet a search. */
function isScored(document: Doc | undefined): boolean {
  return [...(document?.values() ?? [])].some(
    (value) => value instanceof Map && value.get('$meta') === 'textScore',
  );
}

/** The records found, the nearest first. What is below it tells how they are found. */
function nearStage({ key, name }: IndexDefinition, input: Doc): Doc {
  const fields: [string, Value][] = [
    ['keyPattern', new Map(key)],
    ['indexName', name],
    ['indexVersion', 2],
  ];
  return stage(indexKind(key) === '2d' ? 'GEO_NEAR_2D' : 'GEO_NEAR_2DSPHERE', fields, input);
}

/** How records are found, in mongod's words. */
export function accessStages(path: AccessPath, root: FindPlan['query']['matcher']['root']): Doc {
  switch (path.kind) {
    case 'EOF':
      return stage('EOF', []);
    case 'IDHACK': {
      if (root instanceof PathNode) return stage('IDHACK', []);
      // Looked up in the same way; what else the filter says is asked of the document.
      return stage('FETCH', [['filter', filterDocument(root)]], stage('IDHACK', []));
    }
    case 'COLLSCAN': {
      const filter = filterDocument(root);
      const direction: [string, Value] = ['direction', path.reverse ? 'backward' : 'forward'];
      const isPlain = filter.size === 0 && !(root instanceof NeverNode);
      return stage('COLLSCAN', isPlain ? [direction] : [['filter', filter], direction]);
    }
    default:
      return fetchStage(path);
  }
}

function fetchStage(access: IndexAccess): Doc {
  const { residual } = access;
  const fields: [string, Value][] = residual === undefined ? [] : [['filter', filterDocument(residual)]];
  const keys = keysStage(access);
  return isCovered(access) ? keys : stage('FETCH', fields, keys);
}

function keysStage(access: IndexAccess): Doc {
  if (access.kind === 'IXSCAN') return indexScanStage(access);
  const pattern: [string, Value][] =
    access.kind === 'SORT_MERGE' ? [['sortPattern', new Map(access.sort)]] : [];
  return new Map<string, Value>([
    ['stage', access.kind],
    ...pattern,
    ['inputStages', access.branches.map(indexScanStage)],
  ]);
}

export function indexScanStage(scan: IndexScan): Doc {
  const filter: [string, Value][] =
    scan.keyFilter === undefined ? [] : [['filter', filterDocument(scan.keyFilter.node)]];
  return stage('IXSCAN', [...filter, ...indexFields(scan), ...directionAndBounds(scan)]);
}

/** What explain says of an index wherever it is used. */
export function indexFields({ index }: IndexScan): [string, Value][] {
  const { definition, fields, isMultikey, collation } = index;
  return [
    ['keyPattern', new Map(definition.key)],
    ['indexName', definition.name],
    ...(collation === undefined ? [] : [['collation', collationDocument(collation)] as [string, Value]]),
    ['isMultiKey', isMultikey],
    // mongod does not know them of indexes of other kinds.
    ...(isTracked(index)
      ? [
          [
            'multiKeyPaths',
            new Map(fields.map((field): [string, Value] => [field.path, arrayPaths(field)])),
          ] as [string, Value],
        ]
      : []),
    ['isUnique', definition.unique],
    ['isSparse', definition.sparse],
    ['isPartial', definition.partial !== undefined],
    ['indexVersion', definition.specification.get('v') ?? 2],
  ];
}

function isTracked({ definition }: IndexScan['index']): boolean {
  const kind = indexKind(definition.key);
  return kind === 'ordered' || kind === 'wildcard' || kind === '2dsphere';
}

export function directionAndBounds(scan: IndexScan): [string, Value][] {
  const isCollated = scan.index.collation !== undefined;
  // mongod tells none that were given.
  const fields = scan.ranges instanceof GivenRange ? [] : scan.index.fields;
  return [
    ['direction', scan.reverse ? 'backward' : 'forward'],
    [
      'indexBounds',
      new Map(
        fields.map((field, at): [string, Value] => {
          const isDescending = (field.direction === -1) !== scan.reverse;
          return [field.path, describeIntervals(scan.bounds.fields[at]!, isDescending, isCollated)];
        }),
      ),
    ],
  ];
}

/** The beginnings of a field's path that hold arrays. */
function arrayPaths({ parts, multikey }: IndexScan['index']['fields'][number]): Value[] {
  const paths = parts.map((_, at) => parts.slice(0, at + 1).join('.'));
  return paths.filter((_, at) => ((multikey >>> Math.min(at, 30)) & 1) === 1);
}

/** Plain inclusions and exclusions of top-level fields are simple. */
function projectionStage(projection: Doc, { path, isCovered: isFromKeys }: FindPlan): string {
  const fields = [...projection];
  const isPlain = fields.every(
    ([path, value]) => !path.includes('.') && (isNumber(value) || typeof value === 'boolean'),
  );
  const isInclusion = fields.some(([path, value]) => path !== '_id' && isTrue(value));
  const isIdAlone = fields.length === 1 && fields[0]![0] === '_id' && isTrue(fields[0]![1]);
  if (!isPlain || !(isInclusion || isIdAlone)) return 'PROJECTION_DEFAULT';
  if (!isFromKeys) return 'PROJECTION_SIMPLE';
  return path.kind === 'IXSCAN' ? 'PROJECTION_COVERED' : 'PROJECTION_DEFAULT';
}

/** A projection that computes nothing, and names all that is sorted by. */
function keepsPlainly(projection: Doc | undefined, sort: Doc): boolean {
  const paths = projection && projectionPaths(projection);
  if (paths === undefined || ![...projection!.values()].every(isPlainInclusion)) return false;
  return [...sort.keys()].every((path) =>
    [...paths].some((kept) => path === kept || path.startsWith(`${kept}.`)),
  );
}

function isPlainInclusion(value: Value): boolean {
  return value instanceof Map
    ? [...value.values()].every(isPlainInclusion)
    : isNumber(value) || typeof value === 'boolean';
}

/** What a pipeline reads, as a projection. */
function inclusionOf(needed: ReadonlySet<string>): Doc {
  const projection: Doc = new Map([...needed].map((path) => [path, 1]));
  return needed.has('_id') ? projection : projection.set('_id', 0);
}

/** mongod plans each alternative of a filter that is one `$or` by itself, unless that comes to an `$in`. */
function isSubplanned(root: FindPlan['query']['matcher']['root']): boolean {
  if (!(root instanceof OrNode)) return false;
  const [first] = root.children;
  const path = first instanceof PathNode ? first.path.dotted : undefined;
  return !root.children.every(
    (child) => child instanceof PathNode && child.operator === '$eq' && child.path.dotted === path,
  );
}
