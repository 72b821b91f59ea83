/** The operators that compare a value with their operand. */
export type ComparisonOperator = '$eq' | '$gt' | '$gte' | '$lt' | '$lte';

/** Which outcomes of a comparison an operator accepts. */
export interface Verdict {
  readonly less: boolean;
  readonly equal: boolean;
  readonly greater: boolean;
}

export const VERDICTS: Readonly<Record<ComparisonOperator, Verdict>> = {
  $eq: { less: false, equal: true, greater: false },
  $gt: { less: false, equal: false, greater: true },
  $gte: { less: false, equal: true, greater: true },
  $lt: { less: true, equal: false, greater: false },
  $lte: { less: true, equal: true, greater: false },
};

/** Whether `order` (negative, 0, positive) is accepted. */
export function accepts(verdict: Verdict, order: number): boolean {
  if (order === 0) return verdict.equal;
  return order < 0 ? verdict.less : verdict.greater;
}
