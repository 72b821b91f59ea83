import type { Kind } from '../kind';
import { EXPRESSIONS, PIPELINES, WILD_EXPRESSIONS } from './aggregate';
import { FILTERS, PATTERNS, SCHEMAS } from './filters';
import { DISTINCT, PROJECTIONS, SORTS } from './find';
import { INDEXES } from './indexes';
import { UPDATES } from './updates';

export const KINDS: readonly Kind[] = [
  FILTERS,
  SCHEMAS,
  PATTERNS,
  SORTS,
  PROJECTIONS,
  DISTINCT,
  EXPRESSIONS,
  WILD_EXPRESSIONS,
  PIPELINES,
  UPDATES,
  INDEXES,
];
