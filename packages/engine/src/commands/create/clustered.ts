import { isNumber, toNumber, valuesEqual, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeDocument } from '../../aggregate/expression/describe';
import type { Operation } from '../../handler/operation';
import { checkDocument, truth } from '../../handler/arguments';

/** `clusteredIndex` of a create command as it is kept; undefined without. @throws CommandError as mongod has it */
export function clusteredIndex({ command }: Operation): Doc | undefined {
  const given = command.get('clusteredIndex');
  if (given === undefined || given === null || given === false) return undefined;
  if (!(given instanceof Map)) {
    throw new CommandError(
      5979703,
      "The 'clusteredIndex' legacy format {clusteredIndex: <bool>} is only supported for specific internal collections and vice versa",
    );
  }
  checkDocument(given, 'create', { v: 'safeInt', key: 'object', name: 'string', unique: 'safeBool' }, [
    'key',
    'unique',
  ]);
  if (truth(command.get('capped'))) {
    throw new CommandError(
      6127800,
      "Clustered capped collection only available with 'enableTestCommands' server parameter",
    );
  }
  if (command.has('idIndex')) {
    throw new CommandError(
      'InvalidOptions',
      "The 'clusteredIndex' option is not supported with the 'idIndex' option",
    );
  }
  const index = new Map<string, Value>([
    ['v', given.get('v') ?? 2],
    ['key', given.get('key')!],
    ['name', given.get('name') ?? '_id_'],
    ['unique', truth(given.get('unique'))],
  ]);
  check(index);
  return index;
}

function check(index: Doc): void {
  if (!valuesEqual(index.get('key'), new Map([['_id', 1]]))) {
    throw new CommandError(
      'InvalidIndexSpecificationOption',
      'The clusteredIndex option is only supported for key: {_id: 1}',
    );
  }
  if (index.get('unique') !== true) {
    throw new CommandError(5979700, 'The clusteredIndex option requires unique: true to be specified');
  }
  const version = index.get('v');
  if (isNumber(version) && toNumber(version) !== 2) {
    throw new CommandError(
      5979704,
      `Invalid clusteredIndex specification ${describeDocument(index)}; cannot create a clusteredIndex with v=${toNumber(version)}`,
    );
  }
}
