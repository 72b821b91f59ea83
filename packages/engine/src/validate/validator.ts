import type { Collation, Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { compileFilter, type Matcher } from '../match/compile';
import { clauseOf } from './clauses';
import { details } from './considered';
import { explainClause } from './explain-filter';

/** Validators compile once per catalogue record; the record is immutable and shared by states. */
const COMPILED = new WeakMap<Doc, Matcher>();

/** A validator ready to be asked, by its collection's collation. @throws CommandError for one that mongod would refuse */
export function compileValidator(validator: Doc, collation: Collation | undefined): Matcher {
  const known = COMPILED.get(validator);
  if (known !== undefined) return known;
  refuseContext(validator);
  const matcher = compileFilter(validator, { now: new Date(), collation });
  // An expression may ask what time it is.
  if (!matcher.usesExpr) COMPILED.set(validator, matcher);
  return matcher;
}

/** `errInfo` of the error: which document it was, and why in mongod's words. */
export function validationDetails(validator: Doc, document: Doc): Doc {
  return details(
    ['failingDocumentId', document.get('_id') ?? null],
    ['details', explainClause(clauseOf(validator), document, new Date())],
  );
}

const NEAR = ['$geoNear', '$near', '$nearSphere'];

/** Refuses what asks more than one document by itself can answer. */
function refuseContext(filter: Value): void {
  if (Array.isArray(filter)) for (const each of filter) refuseContext(each);
  if (!(filter instanceof Map)) return;
  for (const [name, operand] of filter) {
    if (name === '$where' || name === '$text') {
      throw new CommandError('BadValue', `${name} is not allowed in this context`);
    }
    if (NEAR.includes(name)) {
      throw new CommandError(5626500, '$geoNear, $near, and $nearSphere are not allowed in this context');
    }
    if (name !== '$expr' && name !== '$jsonSchema') refuseContext(operand);
  }
}
