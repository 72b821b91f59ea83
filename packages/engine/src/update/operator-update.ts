import { bsonTypeName, type Collation, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { checkAllUsed, compileArrayFilters } from './array-filters';
import { clusterClock } from './cluster-time';
import { checkIdValue } from './id-value';
import { compileRename, RENAME_SOURCE } from './operator/rename';
import { OPERATORS } from './operator/table';
import { parseUpdatePath } from './path/update-path';
import { elementText } from './text/value-text';
import type { ApplyContext } from './tree/apply-context';
import { applyNode } from './tree/apply-node';
import { growTree, sortTree, type ArrayFilters } from './tree/grow-tree';
import { fieldsNode, UNCHANGED, type FieldsNode } from './tree/node';
import type { Update, UpdateResult, UpdateSituation } from './update';

/**
 * Compiles an update made of operators: `{$set: {…}, $inc: {…}}`.
 * @throws CommandError for an update mongod would refuse whatever the document
 */
export function compileOperatorUpdate(
  update: Doc,
  arrayFilters: readonly Doc[],
  collation: Collation | undefined,
): Update {
  const filters = compileArrayFilters(arrayFilters, collation);
  const root = fieldsNode();
  for (const [operator, fields] of update) growOperator(root, operator, fields, filters, collation);
  checkAllUsed(filters, update);
  sortTree(root);
  return new OperatorUpdate(root, hasPosition(root));
}

class OperatorUpdate implements Update {
  readonly kind = 'operators';

  constructor(
    private readonly root: FieldsNode,
    readonly needsPosition: boolean,
  ) {}

  apply(document: Doc, situation: UpdateSituation): UpdateResult {
    const { now, position, inserting = false } = situation;
    const context: ApplyContext = {
      original: document,
      position: position === undefined ? undefined : String(position),
      now,
      timestamp: situation.timestamp ?? (() => clusterClock.tick(now)),
      inserting,
      assembled: situation.assembled,
      id: document.get('_id'),
      idIsUnchecked: false,
      path: [],
    };
    const outcome = applyNode(this.root, document, undefined, context);
    if (outcome === UNCHANGED) return { document, changed: false };
    if (context.idIsUnchecked) checkIdValue(context.id!);
    return { document: outcome as Doc, changed: true };
  }
}

function growOperator(
  root: FieldsNode,
  operator: string,
  fields: Value,
  filters: ArrayFilters,
  collation: Collation | undefined,
): void {
  const compile = OPERATORS.get(operator);
  if (compile === undefined && operator !== '$rename') {
    throw new CommandError(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!(fields instanceof Map)) {
    throw new CommandError(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${bsonTypeName(fields)} instead. For example: {$mod: {<field>: ...}} not ${elementText(operator, fields)}`,
    );
  }
  for (const [field, argument] of fields) {
    if (compile === undefined) {
      const source = parseUpdatePath(field);
      growTree(root, source, RENAME_SOURCE, filters);
      const rename = compileRename(source, argument);
      growTree(root, rename.target, rename.arrive, filters);
    } else {
      const path = parseUpdatePath(field);
      growTree(root, path, compile(field, argument, collation), filters);
    }
  }
}

function hasPosition(node: FieldsNode): boolean {
  if (node.position !== undefined) return true;
  return [...node.fields.values()].some((child) => {
    if (child.kind === 'fields') return hasPosition(child);
    return (
      child.kind === 'elements' &&
      [...child.byFilter.values()].some((c) => c.kind === 'fields' && hasPosition(c))
    );
  });
}
