import { type Doc, type Value } from '@argon/bson';
import { compileFilter } from '../match/compile';
import type { Clause } from './clauses';
import { consideredTypes, consideredValues, details, valuesAt } from './considered';
import { explainSchema } from './explain-schema';
import { bsonTypeName } from '@argon/bson';

/** What is said of an operator that failed, and of one that held where it must not. */
interface Words {
  readonly failed: string;
  readonly held: string;
  /** The types it applies to; others are said to be the reason. */
  readonly types?: readonly string[];
  /** Arrays are looked at as they are. */
  readonly isWhole?: boolean;
}

const COMPARISON: Words = { failed: 'comparison failed', held: 'comparison succeeded' };
const MEMBERSHIP: Words = {
  failed: 'no matching value found in array',
  held: 'matching value found in array',
};
const BITS: Words = {
  failed: 'bitwise operator failed to match',
  held: 'bitwise operator matched successfully',
  types: ['binData', 'decimal', 'double', 'int', 'long'],
};
const GEO: Words = {
  failed: 'none of the considered geometries were contained within the expression’s geometry',
  held: 'at least one of considered geometries was contained within the expression’s geometry',
};

const WORDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ...['$eq', '$gt', '$gte', '$lt', '$lte'].map((name) => [name, COMPARISON] as const),
  ['$in', MEMBERSHIP],
  ['$type', { failed: 'type did not match', held: 'type did match' }],
  [
    '$size',
    {
      failed: 'array length was not equal to given size',
      held: 'array length was equal to given size',
      types: ['array'],
      isWhole: true,
    },
  ],
  [
    '$all',
    {
      failed: 'array did not contain all specified values',
      held: 'array did contain all specified values',
      isWhole: true,
    },
  ],
  [
    '$elemMatch',
    {
      failed: 'array did not satisfy the child predicate',
      held: 'array did satisfy the child predicate',
      types: ['array'],
      isWhole: true,
    },
  ],
  [
    '$regex',
    {
      failed: 'regular expression did not match',
      held: 'regular expression did match',
      types: ['regex', 'string', 'symbol'],
    },
  ],
  [
    '$mod',
    {
      failed: '$mod did not evaluate to expected remainder',
      held: '$mod did evaluate to expected remainder',
      types: ['decimal', 'double', 'int', 'long'],
    },
  ],
  ...['$bitsAllSet', '$bitsAllClear', '$bitsAnySet', '$bitsAnyClear'].map((name) => [name, BITS] as const),
  ['$geoWithin', GEO],
  ['$geoIntersects', GEO],
]);

/** Operators that say the opposite of another. */
const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ['$ne', '$eq'],
  ['$nin', '$in'],
]);

/**
 * Why a document failed a clause, in mongod's words; or with `isInverted`, why it held where it must not.
 * @param now the value of `$$NOW`
 */
export function explainClause(clause: Clause, document: Doc, now: Date, isInverted = false): Doc {
  switch (clause.kind) {
    case '$and':
    case '$or':
    case '$nor': {
      // What failed is told; under an odd number of negations, what held.
      const wantsHeld = (clause.kind === '$nor') !== isInverted;
      const told = clause.clauses.flatMap((each, index): Value[] => {
        if (holds(each, document, now) !== wantsHeld) return [];
        return [details(['index', index], ['details', explainClause(each, document, now, wantsHeld)])];
      });
      const name = wantsHeld ? 'clausesSatisfied' : 'clausesNotSatisfied';
      return details(['operatorName', clause.kind], [name, told]);
    }
    case '$not':
      return details(
        ['operatorName', '$not'],
        ['details', explainClause(clause.clause, document, now, !isInverted)],
      );
    case '$jsonSchema':
      return isInverted
        ? details(['operatorName', '$jsonSchema'], ['reason', 'schema matched'])
        : explainSchema(clause.schema, document);
    case '$expr':
      return details(
        ['operatorName', '$expr'],
        ['specifiedAs', clause.filter],
        ['reason', isInverted ? 'expression did match' : 'expression did not match'],
        ['expressionResult', isInverted],
      );
    case 'field':
      return explainField(clause, document, isInverted);
    case 'other': {
      const [operator] = clause.filter.keys();
      return details(['operatorName', operator!], ['specifiedAs', clause.filter]);
    }
  }
}

function holds({ filter }: Clause, document: Doc, now: Date): boolean {
  return compileFilter(filter, { now }).matches(document);
}

function explainField(clause: Clause & { kind: 'field' }, document: Doc, isInverted: boolean): Doc {
  const { operator, specifiedAs, operand, path } = clause;
  const start = [
    ['operatorName', operator],
    ['specifiedAs', specifiedAs],
  ] as const;
  if (operator === '$exists') {
    const isWanted = (operand === false || operand === 0) === isInverted;
    return details(...start, ['reason', isWanted ? 'path does not exist' : 'path does exist']);
  }
  const opposite = OPPOSITES.get(operator);
  const words = WORDS.get(opposite ?? operator);
  if (words === undefined) return details(...start);
  const isHeld = isInverted !== (opposite !== undefined);
  const values = valuesAt(document, path.split('.'), words.isWhole !== true);
  if (values.length === 0) return details(...start, ['reason', 'field was missing']);
  const { types } = words;
  if (!isHeld && types !== undefined && !values.some((value) => types.includes(bsonTypeName(value)))) {
    return details(
      ...start,
      ['reason', 'type did not match'],
      ...consideredTypes(values),
      types.length === 1 ? ['expectedType', types[0]!] : ['expectedTypes', [...types]],
      ...consideredValues(values),
    );
  }
  const shownTypes = operator === '$type' ? consideredTypes(values) : [];
  return details(
    ...start,
    ['reason', isHeld ? words.held : words.failed],
    ...consideredValues(values),
    ...shownTypes,
  );
}
