import { Code } from '@argon/bson';
import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { MatchNode } from '../node';
import { NeverNode, requireOne } from '../operators/always';
import { AndNode } from '../operators/and';
import { exprNode } from '../operators/expr';
import { NorNode } from '../operators/nor';
import { OrNode } from '../operators/or';
import { SampleRateNode } from '../operators/sample-rate';
import { jsonSchemaNode } from '../operators/json-schema';
import { textNode } from '../operators/text';
import type { FilterParser } from './parser';

type TopLevelOperator = (operand: Value, parser: FilterParser) => MatchNode | undefined;

/** The operators that stand where a field's name would. */
export const TOP_LEVEL_OPERATORS: ReadonlyMap<string, TopLevelOperator> = new Map<string, TopLevelOperator>([
  ['$and', (operand, parser) => AndNode.of(filters('$and', operand, parser))],
  ['$or', (operand, parser) => OrNode.of(filters('$or', operand, parser))],
  ['$nor', (operand, parser) => new NorNode(filters('$nor', operand, parser))],
  ['$comment', () => undefined],
  ['$expr', exprNode],
  ['$jsonSchema', jsonSchemaNode],
  ['$sampleRate', (operand) => SampleRateNode.of(operand)],
  ['$alwaysTrue', (operand) => (requireOne('$alwaysTrue', operand), undefined)],
  ['$alwaysFalse', (operand) => (requireOne('$alwaysFalse', operand), NeverNode.INSTANCE)],
  ['$where', where],
  ['$text', textNode],
]);

function filters(operator: string, operand: Value, parser: FilterParser): MatchNode[] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} must be an array`);
  if (operand.length === 0) throw new CommandError('BadValue', '$and/$or/$nor must be a nonempty array');
  return operand.map((item) => {
    if (item instanceof Map) return parser.filter(item);
    throw new CommandError('BadValue', '$or/$and/$nor entries need to be full objects');
  });
}

/** Argon runs no JavaScript for its clients; the message is that of a mongod started with `--noscripting`. */
function where(operand: Value, parser: FilterParser): never {
  if (parser.isNested)
    throw new CommandError('BadValue', '$where can only be applied to the top-level document');
  if (typeof operand !== 'string' && !(operand instanceof Code)) {
    throw new CommandError('BadValue', '$where got bad type');
  }
  throw new CommandError('BadValue', 'no globalScriptEngine in $where parsing');
}
