import { isIdentical, type Value } from '@argon/bson';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseCreation } from './operator';

/** `$set`: the field gets the value. Nothing changes if it has it already, to the byte. */
export function compileSet(_field: string, value: Value): Operation {
  return {
    kind: 'operation',
    stores: 'value',
    update: (existing, context) => {
      const isSame = isIdentical(existing, value) && context.assembled?.has(existing) !== true;
      return isSame ? UNCHANGED : value;
    },
    create: () => value,
    blocked: refuseCreation,
  };
}
