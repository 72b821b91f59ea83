import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { withContext } from './expression/scope';
import { hasText } from './stage/placement';
import type { Stage } from './stage/stage';

/** Metadata that only certain first stages make, by the name in mongod's message. */
const MADE_BY_FIRST: Readonly<Record<string, string>> = {
  textScore: 'text score',
  geoNearDistance: '$geoNear distance',
  geoNearPoint: '$geoNear point',
};

/** That `$meta` names what no document can have here: mongod's 40218. */
export function metadataUnavailable(name: string): CommandError {
  return unavailable(MADE_BY_FIRST[name] ?? name);
}

function unavailable(words: string): CommandError {
  return new CommandError(40218, `query requires ${words} metadata, but it is not available`);
}

/** Refuses metadata that a filter is not told of. @throws CommandError 40218 */
export function checkKnownToAll(name: Value): void {
  const others: Readonly<Record<string, string>> = { recordId: 'record ID', sortKey: 'sort key' };
  if (typeof name !== 'string') return;
  const words = MADE_BY_FIRST[name] ?? others[name];
  if (words !== undefined) throw unavailable(words);
}

/** All that the `$meta` of some stages name. */
export function neededMetadata(stages: readonly Stage[]): ReadonlySet<string> {
  return new Set(stages.flatMap(({ needs }) => [...(needs ?? [])]));
}

/** Whether documents come with how well they meet a search. */
export function isSearch([first]: readonly Stage[]): boolean {
  return first?.pushdown?.kind === 'match' && hasText(first.pushdown.filter);
}

/**
 * Whether a `$project` is done where records are found, as the projection of a find: then it knows their ids. mongod does
 * so for one that comes first, or after filters, and includes fields.
 */
export function projectsRecords(stages: readonly Stage[]): Stage | undefined {
  const first = stages.find(({ pushdown }) => pushdown?.kind !== 'match');
  return first?.isInclusion === true ? first : undefined;
}

/** @throws CommandError 40218 if a stage names metadata that the first one does not make; BadValue for a sort key too early */
export function checkMetadata(stages: readonly Stage[]): void {
  const [first] = stages;
  const isNear = first?.name === '$geoNear';
  if (first?.isSource === true && !isNear) return;
  for (const name of neededMetadata(stages)) {
    if (name === 'textScore' ? !isSearch(stages) : name in MADE_BY_FIRST && !isNear) {
      throw metadataUnavailable(name);
    }
  }
  if (projectsRecords(stages)?.needs?.has('sortKey') === true) {
    throw new CommandError('BadValue', 'cannot use sortKey $meta projection without a sort');
  }
}

/** The same for a pipeline inside of a stage, of which mongod thinks when it first runs. */
export function checkInnerMetadata(stages: readonly Stage[]): void {
  try {
    checkMetadata(stages);
  } catch (error) {
    throw error instanceof CommandError ? withContext(error, 'PlanExecutor error during aggregation') : error;
  }
}

/**
 * A `$unionWith` followed by stages that ask for metadata: mongod hands those that make one document of each, and filters, on
 * to what is added, and fails there if that comes with none.
 */
export function unitedMetadata(stage: Stage, following: readonly Stage[]): Stage {
  const end = following.findIndex(
    ({ isDocumentWise, pushdown }) => isDocumentWise !== true && pushdown?.kind !== 'match',
  );
  const needed = neededMetadata(end < 0 ? following : following.slice(0, end));
  if (!needed.has('textScore') || stage.addsSearch === true) return stage;
  const error = withContext(metadataUnavailable('textScore'), 'PlanExecutor error during aggregation');
  return {
    ...stage,
    run: () => {
      throw error;
    },
  };
}
