import type { Doc } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { PipelinePlace, Stage } from './stage';

const NOT_IN_FACET = new Set([
  '$changeStream',
  '$collStats',
  '$documents',
  '$facet',
  '$indexStats',
  '$listLocalSessions',
  '$listSessions',
  '$merge',
  '$out',
]);
const NOT_IN_LOOKUP = new Set(['$changeStream', '$out', '$merge']);

/** Checks that each stage is where mongod allows it: sources first, writers last, neither inside of some stages. */
export function checkPlaces(stages: readonly Stage[], place: PipelinePlace): void {
  for (const [index, stage] of stages.entries()) {
    if (place === 'facet' && NOT_IN_FACET.has(stage.name)) {
      throw new CommandError(40600, `${stage.name} is not allowed to be used within a $facet stage`);
    }
    if ((place === 'lookup' || place === 'unionWith') && NOT_IN_LOOKUP.has(stage.name)) {
      throw notInSubPipeline(stage.name, place);
    }
    if (index > 0 && stage.pushdown?.kind === 'match' && hasText(stage.pushdown.filter)) {
      throw searchNotFirst();
    }
    if (stage.isSource === true && index > 0) {
      throw new CommandError(40602, `${stage.name} is only valid as the first stage in a pipeline`);
    }
    if (stage.writes !== undefined && index < stages.length - 1) {
      throw new CommandError(40601, `${stage.name} can only be the final stage in the pipeline`);
    }
  }
}

export function searchNotFirst(): CommandError {
  return new CommandError(17313, '$match with $text is only allowed as the first pipeline stage');
}

/** Whether a filter searches texts. */
export function hasText(filter: Doc): boolean {
  if (filter.has('$text')) return true;
  return ['$and', '$or'].some((operator) => {
    const inner = filter.get(operator);
    return Array.isArray(inner) && inner.some((each) => each instanceof Map && hasText(each));
  });
}

function notInSubPipeline(stage: string, place: 'lookup' | 'unionWith'): CommandError {
  return place === 'lookup'
    ? new CommandError(51047, `${stage} is not allowed within a $lookup's sub-pipeline`)
    : new CommandError(31441, `${stage} is not allowed within a $unionWith's sub-pipeline`);
}
