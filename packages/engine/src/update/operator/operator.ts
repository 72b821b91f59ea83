import type { Collation, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { elementText } from '../text/value-text';
import { placeText, type ApplyContext } from '../tree/apply-context';
import type { Obstacle, Operation } from '../tree/node';

/**
 * Compiles one operator for one field.
 * @param field the path as the user wrote it, for messages
 * @param argument the field's value in the update
 * @param collation how strings compare; undefined: by their bytes
 * @throws CommandError for an argument mongod would refuse
 */
export type OperatorCompiler = (
  field: string,
  argument: Value,
  collation: Collation | undefined,
) => Operation;

/** What an operator that sets values says of a field that cannot exist. */
export function refuseCreation(obstacle: Obstacle): never {
  throw new CommandError(
    'PathNotViable',
    `Cannot create field '${obstacle.part}' in element ${elementText(obstacle.name, obstacle.value)}`,
  );
}

/** What an operator that only takes away says of a path that leads through something else than a document. */
export function refuseTraversal(obstacle: Obstacle, context: ApplyContext): never {
  throw new CommandError(
    'PathNotViable',
    `Cannot use the part (${obstacle.part}) of (${placeText(context)}) to traverse the element (${elementText(obstacle.name, obstacle.value)})`,
  );
}
