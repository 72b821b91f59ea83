import { compareValues, type Collation, type Value } from '@argon/bson';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseCreation } from './operator';

/** `$min`: sets the value if it is less than the field's in the order of BSON values. */
export function compileMin(_field: string, value: Value, collation: Collation | undefined): Operation {
  return compileCompare(value, -1, collation);
}

/** `$max`: sets the value if it is greater than the field's in the order of BSON values. */
export function compileMax(_field: string, value: Value, collation: Collation | undefined): Operation {
  return compileCompare(value, 1, collation);
}

function compileCompare(value: Value, direction: 1 | -1, collation: Collation | undefined): Operation {
  return {
    kind: 'operation',
    stores: 'value',
    update: (existing) => (compareValues(value, existing, collation) * direction > 0 ? value : UNCHANGED),
    create: () => value,
    blocked: refuseCreation,
  };
}
