import { BSONRegExp, type Doc, type Value } from '@argon/bson';

/** A validator taken apart as mongod's parser does, so that what failed can be told clause by clause. */
export type Clause =
  | { readonly kind: '$and' | '$or' | '$nor'; readonly filter: Doc; readonly clauses: readonly Clause[] }
  | { readonly kind: '$not'; readonly filter: Doc; readonly clause: Clause }
  | {
      readonly kind: 'field';
      readonly filter: Doc;
      readonly path: string;
      readonly operator: string;
      readonly specifiedAs: Doc;
      readonly operand: Value;
    }
  | { readonly kind: '$jsonSchema'; readonly filter: Doc; readonly schema: Doc }
  | { readonly kind: '$expr' | 'other'; readonly filter: Doc };

/** The one clause that a filter comes to: `$and` of several. */
export function clauseOf(filter: Doc): Clause {
  const clauses = [...filter].flatMap(([name, operand]) => topClauses(name, operand));
  return clauses.length === 1 ? clauses[0]! : { kind: '$and', filter, clauses };
}

function topClauses(name: string, operand: Value): Clause[] {
  const filter: Doc = new Map([[name, operand]]);
  switch (name) {
    case '$comment':
      return [];
    case '$and':
    case '$or':
    case '$nor':
      return [{ kind: name, filter, clauses: (operand as Doc[]).map(clauseOf) }];
    case '$jsonSchema':
      return [{ kind: '$jsonSchema', filter, schema: operand as Doc }];
    case '$expr':
      return [{ kind: '$expr', filter }];
    default:
      return name.startsWith('$') ? [{ kind: 'other', filter }] : fieldClauses(name, operand);
  }
}

function fieldClauses(path: string, operand: Value): Clause[] {
  const whole: Doc = new Map([[path, operand]]);
  if (!isOperators(operand)) {
    const operator = operand instanceof BSONRegExp ? '$regex' : '$eq';
    return [{ kind: 'field', filter: whole, path, operator, specifiedAs: whole, operand }];
  }
  const clauses: Clause[] = [];
  for (const [operator, value] of operand) {
    if (operator === '$options') continue;
    const parts: Doc = new Map([[operator, value]]);
    const options = operator === '$regex' ? operand.get('$options') : undefined;
    if (options !== undefined) parts.set('$options', options);
    const filter: Doc = new Map([[path, parts]]);
    if (operator === '$not') {
      const inner = fieldClauses(path, value);
      const clause: Clause =
        inner.length === 1 ? inner[0]! : { kind: '$and', filter: new Map([[path, value]]), clauses: inner };
      clauses.push({ kind: '$not', filter, clause });
    } else clauses.push({ kind: 'field', filter, path, operator, specifiedAs: filter, operand: value });
  }
  return clauses;
}

function isOperators(value: Value): value is Doc {
  if (!(value instanceof Map)) return false;
  const [first] = value.keys();
  return first !== undefined && first.startsWith('$') && !['$ref', '$id', '$db'].includes(first);
}
