import type { Doc, Value } from '@argon/bson';
import type { MatchNode } from '../../match/node';
import { AndNode } from '../../match/operators/and';
import type { TextNode } from '../../match/operators/text';
import { PathNode } from '../../match/path-node';
import type { AccessPath } from '../access-path';
import type { IndexScan } from '../access/index-access';
import { conjunctsOf } from '../bounds/constraint';
import { filterDocument } from './filter-document';
import { indexFields, stage } from './stages';

/** The `$text` among a filter's conditions, once its index is known. */
export function searchIn(root: MatchNode, text: TextNode | undefined): TextNode | undefined {
  const isCondition = text !== undefined && conjunctsOf(root).includes(text);
  return isCondition && text.index !== undefined ? text : undefined;
}

/**
 * How a text index is read, in mongod's words: what has one of the terms, then what else the search asks for, then the other
 * conditions.
 * @param isScored how well documents meet the search is wanted
 */
export function textStages(path: AccessPath, root: MatchNode, text: TextNode, isScored: boolean): Doc {
  const { terms, negatedTerms, phrases, negatedPhrases } = text.query!;
  const { definition } = text.index!;
  const conditions = conjunctsOf(root);
  const parsed: Doc = new Map<string, Value>([
    ['terms', [...terms]],
    ['negatedTerms', [...negatedTerms].sort()],
    ['phrases', [...phrases]],
    ['negatedPhrases', [...negatedPhrases]],
  ]);
  const fields: [string, Value][] = [
    ['indexPrefix', prefixOf(definition.key, conditions)],
    ['indexName', definition.name],
    ['parsedTextQuery', parsed],
    ['textIndexVersion', definition.specification.get('textIndexVersion') ?? 3],
  ];
  const match = stage('TEXT_MATCH', fields, documentsStage(path, isScored));
  const others = conditions.filter(
    (each) => each !== text && !(each instanceof PathNode && isPrefix(definition.key, each)),
  );
  if (others.length === 0) return match;
  return stage('FETCH', [['filter', filterDocument(AndNode.of([...others]))]], match);
}

function documentsStage(path: AccessPath, isScored: boolean): Doc {
  const branches = path.kind === 'OR' ? path.branches : path.kind === 'IXSCAN' ? [path] : [];
  const scans = branches.map(scanStage);
  if (isScored && scans.length > 0) return withInputs('TEXT_OR', scans);
  const [only] = scans;
  if (only === undefined) return stage('FETCH', [], stage('EOF', []));
  return stage('FETCH', [], scans.length === 1 ? only : withInputs('OR', scans));
}

function withInputs(name: string, scans: readonly Doc[]): Doc {
  const [only] = scans;
  if (scans.length === 1) return stage(name, [], only);
  return new Map<string, Value>([
    ['stage', name],
    ['inputStages', [...scans]],
  ]);
}

/** mongod does not tell the bounds. */
function scanStage(scan: IndexScan): Doc {
  return stage('IXSCAN', [...indexFields(scan), ['direction', 'backward'], ['indexBounds', new Map()]]);
}

/** The values that the fields before the texts are bound to. */
function prefixOf(key: ReadonlyMap<string, Value>, conditions: readonly MatchNode[]): Doc {
  const prefix: Doc = new Map();
  for (const each of conditions)
    if (each instanceof PathNode && isPrefix(key, each)) prefix.set(each.path.dotted, each.operand);
  return prefix;
}

function isPrefix(key: ReadonlyMap<string, Value>, { path, operator }: PathNode): boolean {
  const paths = [...key.keys()];
  const at = paths.indexOf(path.dotted);
  return operator === '$eq' && at >= 0 && at < paths.indexOf('_fts');
}
