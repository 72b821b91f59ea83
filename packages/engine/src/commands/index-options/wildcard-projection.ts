import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';

/** @throws CommandError for a wildcardProjection that mongod refuses */
export function checkWildcardProjection(specification: Doc): void {
  const projection = specification.get('wildcardProjection') as Doc;
  const key = specification.get('key') as Doc;
  if (!key.has('$**')) {
    throw new CommandError(
      'FailedToParse',
      `The field 'wildcardProjection' is only allowed when 'key' is {"$**": ±1}`,
    );
  }
  if (projection.size === 0) {
    throw new CommandError('FailedToParse', `The 'wildcardProjection' field can't be an empty object`);
  }
  const refuse = (code: number, why: string): never => {
    throw new CommandError(code, `Failed to parse: wildcardProjection :: caused by :: ${why}`);
  };
  const named: string[] = [];
  let isInclusion: boolean | undefined;
  const visit = (fields: Doc, prefix: string): void => {
    for (const [field, value] of fields) {
      if (field.startsWith('$')) {
        if (prefix !== '') refuse(51271, COMPUTED);
        refuse(16410, "FieldPath field names may not start with '$'. Consider using $getField or $setField.");
      }
      const path = `${prefix}${field}`;
      if (value instanceof Map && value.size > 0) visit(value, `${path}.`);
      else if (isFlag(value)) take(path, value === true || (isNumber(value) && toNumber(value) !== 0));
      else refuse(51271, COMPUTED);
    }
  };
  const take = (path: string, isIn: boolean): void => {
    const outer = named.find((other) => path.startsWith(`${other}.`) || other.startsWith(`${path}.`));
    if (outer !== undefined) {
      const rest = path.startsWith(`${outer}.`) ? ` remaining portion ${path.slice(outer.length + 1)}` : '';
      refuse(31249, `Path collision at ${path}${rest}`);
    }
    named.push(path);
    if (path === '_id') return;
    isInclusion ??= isIn;
    if (isInclusion && !isIn) refuse(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
    if (!isInclusion && isIn) refuse(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
  };
  visit(projection, '');
}

const COMPUTED =
  'Bad projection specification, cannot use computed fields when parsing a spec in kBanComputedFields mode';

function isFlag(value: Value): boolean {
  return typeof value === 'boolean' || isNumber(value);
}
