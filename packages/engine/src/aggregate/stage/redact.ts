import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../expression/describe';
import type { Expression } from '../expression/expression';
import { withMetadataOf } from '../metadata';
import type { StageCompiler } from './stage';
import { expandStage } from './stream';

/** What `$$DESCEND`, `$$PRUNE` and `$$KEEP` hold; the words are mongod's. */
const DECISIONS: readonly (readonly [string, string])[] = [
  ['DESCEND', 'descend'],
  ['PRUNE', 'prune'],
  ['KEEP', 'keep'],
];

/** `$redact`: keeps, drops or looks into each document and those inside of it. */
export const REDACT: StageCompiler = (argument, { scope }, name) => {
  const names = DECISIONS.map(([variable]) => variable);
  const expression = scope.define([...names, 'CURRENT']).compile(argument);
  return expandStage(name, (document, output, variables) => {
    const inner = new Map([...variables, ...DECISIONS]);
    const redacted = redact(document, document, expression, inner);
    if (redacted !== undefined) output.push(withMetadataOf(document, redacted));
  });
};

function redact(
  current: Doc,
  root: Doc,
  expression: Expression,
  variables: Map<string, Value | undefined>,
): Doc | undefined {
  variables.set('CURRENT', current);
  const decision = expression.evaluate(root, variables);
  switch (decision) {
    case 'keep':
      return current;
    case 'prune':
      return undefined;
    case 'descend': {
      const result: Doc = new Map();
      for (const [name, value] of current) {
        const kept = redactValue(value, root, expression, variables);
        if (kept !== undefined) result.set(name, kept);
      }
      return result;
    }
    default:
      throw new CommandError(
        17053,
        `$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE, but returned ${describeValue(decision)}`,
      );
  }
}

function redactValue(
  value: Value,
  root: Doc,
  expression: Expression,
  variables: Map<string, Value | undefined>,
): Value | undefined {
  if (value instanceof Map) return redact(value, root, expression, variables);
  if (!Array.isArray(value)) return value;
  const kept: Value[] = [];
  for (const element of value) {
    const redacted = redactValue(element, root, expression, variables);
    if (redacted !== undefined) kept.push(redacted);
  }
  return kept;
}
