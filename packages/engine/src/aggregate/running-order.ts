import type { Stage } from './stage/stage';

/**
 * The order to run stages in: `$limit` and `$skip` go before stages that make one document of each, as mongod's
 * optimizer has it. So documents that are not wanted are neither computed nor able to fail.
 */
export function runningOrder(stages: readonly Stage[]): readonly Stage[] {
  const order: Stage[] = [];
  for (const stage of stages) {
    let at = order.length;
    if (stage.pushdown?.kind === 'limit' || stage.pushdown?.kind === 'skip') {
      while (order[at - 1]?.isDocumentWise === true) at--;
    }
    order.splice(at, 0, stage);
  }
  return order;
}
