import { validateCollectionName } from '@argon/wal';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { checkViewPipeline } from '../../stored-views/check-definition';
import type { ViewDefinition } from '../../stored-views/graph';
import { bsonTypeName } from '@argon/bson';

/**
 * `viewOn` and `pipeline` of a create or collMod command, checked as far as they can be by themselves; undefined
 * without. @throws CommandError
 */
export function viewDefinition(operation: Operation, name: string): ViewDefinition | undefined {
  const { command } = operation;
  const viewOn = command.get('viewOn');
  const pipeline = command.get('pipeline');
  if (Array.isArray(pipeline)) checkElements(pipeline, `${command.name}.pipeline`);
  if (typeof viewOn !== 'string') return undefined;
  if (viewOn === '') throw new CommandError('BadValue', "'viewOn' cannot be empty");
  try {
    validateCollectionName(viewOn);
  } catch (error) {
    throw new CommandError('InvalidNamespace', `invalid name for 'viewOn': ${viewOn}`, { cause: error });
  }
  const stages = Array.isArray(pipeline) ? pipeline : [];
  checkViewPipeline({ database: operation.database, name, viewOn }, stages);
  return { name, viewOn, pipeline: stages };
}

function checkElements(pipeline: readonly Value[], where: string): void {
  for (const [at, stage] of pipeline.entries()) {
    if (stage instanceof Map) continue;
    throw new CommandError(
      'TypeMismatch',
      `BSON field '${where}.${at}' is the wrong type '${bsonTypeName(stage)}', expected type 'object'`,
    );
  }
}

/** The options of a view, in the order in which they are shown. */
export function viewOptions({ viewOn, pipeline }: ViewDefinition, collation?: Doc): Map<string, Value> {
  return new Map<string, Value>([
    ['viewOn', viewOn],
    ['pipeline', [...pipeline]],
    ...(collation === undefined ? [] : [['collation', collation] as const]),
  ]);
}
