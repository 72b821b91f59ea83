import type { Value } from '@argon/bson';
import { UNCHANGED, type Operation } from '../tree/node';
import { compileSet } from './set';

/** `$setOnInsert`: `$set`, but only in a document that an upsert makes. */
export function compileSetOnInsert(field: string, value: Value): Operation {
  const set = compileSet(field, value);
  return {
    ...set,
    update: (existing, context) => (context.inserting ? set.update(existing, context) : UNCHANGED),
    create: (context) => (context.inserting ? set.create(context) : UNCHANGED),
    blocked: (obstacle, context) => {
      if (context.inserting) set.blocked(obstacle, context);
    },
  };
}
