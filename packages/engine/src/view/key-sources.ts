import type { IndexDefinition, IndexKind, KeyExtractor, KeySources } from '@argon/materializer';
import { partialMatcher } from '../match/partial';
import { textKeys } from '../text/text-keys';

/** What the engine tells a Materializer of keys, so that it can build partial indexes and those of texts and places. */
export const keySources: KeySources = { partialMatcher, kindExtractor };

function kindExtractor(kind: IndexKind, definition: IndexDefinition): KeyExtractor | undefined {
  return kind === 'text' ? textKeys(definition) : undefined;
}
