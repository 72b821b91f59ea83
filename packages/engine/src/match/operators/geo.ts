import { CommandError } from '../../handler/errors';

/**
 * Geometry is not built yet. `$near` and `$nearSphere` answer as a mongod whose collection has no geospatial index.
 *
 * @throws CommandError always.
 */
export function refuseGeo(operator: string): never {
  if (operator.startsWith('$near') || operator === '$geoNear') {
    throw new CommandError(
      'NoQueryExecutionPlans',
      'error processing query: planner returned error :: caused by :: unable to find index for $geoNear query',
    );
  }
  throw new CommandError(
    'CommandNotSupported',
    `${operator} is not supported: Argon has no geospatial queries yet`,
  );
}
