import { valuesEqual, type Doc, type Value } from '@argon/bson';
import type { BranchState } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import { isView, MAX_VIEW_DEPTH, viewPipeline } from './resolve';

/** A view about to be made or changed. */
export interface ViewDefinition {
  readonly name: string;
  readonly viewOn: string;
  readonly pipeline: readonly Value[];
  /** As recorded; undefined: strings compare by their bytes. */
  readonly collation?: Doc | undefined;
}

/**
 * Checks that a definition leads into no circle, and that no views stand on each other too high: by `viewOn`, and by
 * every stage that reads another collection.
 * @throws CommandError GraphContainsCycle, ViewDepthLimitExceeded, OptionNotSupportedOnView
 */
export function checkGraph(state: BranchState, definition: ViewDefinition, database: string): void {
  const reads = new Map<string, readonly string[]>();
  for (const [name, { catalog }] of state.collections) {
    if (isView(catalog))
      reads.set(name, [catalog.options.get('viewOn') as string, ...readBy(viewPipeline(catalog))]);
  }
  const children = [definition.viewOn, ...readBy(definition.pipeline)];
  reads.set(definition.name, children);
  const below = heightBelow(definition.name, reads, [], definition.name, database);
  if (below + heightAbove(definition.name, reads) > MAX_VIEW_DEPTH) throw tooDeep();
  for (const child of children) checkCollations(state, definition, child, database);
}

/** Views that stand on each other compare strings alike. */
function checkCollations(
  state: BranchState,
  { name, collation }: ViewDefinition,
  child: string,
  database: string,
): void {
  const catalog = state.collections.get(child)?.catalog;
  if (catalog === undefined || !isView(catalog)) return;
  const theirs = catalog.options.get('collation');
  const areSame =
    collation === undefined || theirs === undefined ? collation === theirs : valuesEqual(collation, theirs);
  if (areSame) return;
  throw new CommandError(
    'OptionNotSupportedOnView',
    `View ${database}.${name} has conflicting collation with view ${database}.${child}`,
  );
}

type Reads = ReadonlyMap<string, readonly string[]>;

/** How many views are on the longest way down, this one included. */
function heightBelow(
  name: string,
  reads: Reads,
  way: readonly string[],
  start: string,
  database: string,
): number {
  const children = reads.get(name);
  if (children === undefined) return 0;
  if (way.length > MAX_VIEW_DEPTH) throw tooDeep();
  const here = [...way, name];
  if (children.includes(start)) {
    const circle = [start, ...here, start].map((each) => `${database}.${each}`).join(' => ');
    throw new CommandError('GraphContainsCycle', `View cycle detected: ${circle}`);
  }
  return 1 + Math.max(...children.map((child) => heightBelow(child, reads, here, start, database)));
}

/** How many views are on the longest way up, this one not included. */
function heightAbove(name: string, reads: Reads): number {
  let height = 0;
  for (const [parent, children] of reads) {
    if (parent !== name && children.includes(name)) height = Math.max(height, 1 + heightAbove(parent, reads));
  }
  return height;
}

function tooDeep(): CommandError {
  return new CommandError(
    'ViewDepthLimitExceeded',
    `View depth limit exceeded; maximum depth is ${MAX_VIEW_DEPTH}`,
  );
}

/** The collections that a pipeline's stages read, through pipelines inside of them too. */
function readBy(stages: readonly Value[]): string[] {
  const found: string[] = [];
  for (const stage of stages) {
    if (!(stage instanceof Map)) continue;
    const [entry] = stage;
    if (entry === undefined) continue;
    const [name, argument] = entry;
    if (name === '$unionWith' && typeof argument === 'string') found.push(argument);
    if (!(argument instanceof Map)) continue;
    if (name === '$facet') {
      for (const inner of argument.values()) if (Array.isArray(inner)) found.push(...readBy(inner));
      continue;
    }
    const source = name === '$unionWith' ? argument.get('coll') : argument.get('from');
    if (!['$lookup', '$graphLookup', '$unionWith'].includes(name)) continue;
    if (typeof source === 'string') found.push(source);
    const inner = argument.get('pipeline');
    if (Array.isArray(inner)) found.push(...readBy(inner));
  }
  return found;
}
