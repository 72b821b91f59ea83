import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseTraversal } from './operator';

/** An operation that takes elements out of an array. */
export function cullingOperation(isUnwanted: (element: Value) => boolean): Operation {
  return {
    kind: 'operation',
    stores: 'nothing',
    update: (existing) => {
      if (!Array.isArray(existing))
        throw new CommandError('BadValue', 'Cannot apply $pull to a non-array value');
      const kept = existing.filter((element) => !isUnwanted(element));
      return kept.length === existing.length ? UNCHANGED : kept;
    },
    create: () => UNCHANGED,
    blocked: refuseTraversal,
  };
}
