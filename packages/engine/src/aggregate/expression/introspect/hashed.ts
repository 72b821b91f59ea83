import { hashedValue } from '@argon/materializer';
import type { OperatorCompiler } from '../expression';

/** `$toHashedIndexKey`: what stands for a value in a hashed index. An array is a value, and no list of operands. */
export const TO_HASHED_INDEX_KEY: OperatorCompiler = (argument, scope) => {
  const operand = scope.compile(argument);
  return {
    evaluate: (document, variables) => hashedValue(operand.evaluate(document, variables) ?? null),
  };
};
