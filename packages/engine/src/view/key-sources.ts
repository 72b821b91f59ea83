import type { IndexDefinition, IndexKind, KeyExtractor, KeySources } from '@argon/materializer';
import { sphereKeys } from '../geo/cells';
import { partialMatcher } from '../match/partial';
import { textKeys } from '../text/text-keys';

/** What the engine tells a Materializer of keys: with it, partial indexes and those of texts and places can be searched. */
export const keySources: KeySources = { partialMatcher, kindExtractor };

function kindExtractor(kind: IndexKind, definition: IndexDefinition): KeyExtractor | undefined {
  if (kind === 'text') return textKeys(definition);
  return kind === '2dsphere' ? sphereKeys(definition) : undefined;
}
