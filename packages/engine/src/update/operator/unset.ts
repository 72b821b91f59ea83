import { UNCHANGED, type Operation } from '../tree/node';

/** `$unset`: the field goes; an element of an array becomes null. The argument does not matter. */
export function compileUnset(): Operation {
  return {
    kind: 'operation',
    stores: 'nothing',
    update: () => undefined,
    create: () => UNCHANGED,
    blocked: () => undefined,
  };
}
