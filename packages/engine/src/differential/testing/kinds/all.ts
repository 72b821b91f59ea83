import type { Kind } from '../kind';
import { EXPRESSIONS, PIPELINES, WILD_EXPRESSIONS } from './aggregate';
import { FILTERS, PATTERNS, SCHEMAS } from './filters';
import { DISTINCT, PROJECTIONS, SORTS } from './find';
import { COLLATIONS } from './collations';
import { CONSTRAINTS, DEFINITIONS } from './definitions';
import { GROUPS, WINDOWS } from './groups';
import { INDEXES } from './indexes';
import { UPSERTS } from './upserts';
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
  UPSERTS,
  DEFINITIONS,
  CONSTRAINTS,
  COLLATIONS,
  GROUPS,
  WINDOWS,
];
