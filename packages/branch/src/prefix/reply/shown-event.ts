import {
  decodeDocument,
  elementValue,
  encodeDocument,
  findElement,
  RawDocument,
  type Doc,
} from '@argon/bson';
import type { BranchNames } from '../names/branch-names';
import { rewritePipeline } from '../rewrite/pipeline';

/**
 * An event of a change stream. Its namespaces were turned within mongod, so that pipelines could see them; what is left is
 * the definition of a view, which expanded events tell of.
 */
export function shownEvent(event: RawDocument, names: BranchNames): RawDocument {
  const element = findElement(event.bytes, 'operationDescription');
  if (element === undefined) return event;
  const described = elementValue(event.bytes, element);
  if (!(described instanceof Map) || !described.has('viewOn') || !described.has('pipeline')) return event;
  const shown: Doc = decodeDocument(event.bytes);
  const pipeline = rewritePipeline(described.get('pipeline')!, names.toShown);
  shown.set('operationDescription', new Map(described).set('pipeline', pipeline));
  return new RawDocument(encodeDocument(shown));
}
