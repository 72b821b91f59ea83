import { valuesEqual, type Collation, type Doc, type Value } from '@argon/bson';
import { Command } from '../handler/command';
import { collationDocument } from '../collation/read-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { filterDocument } from '../plan/explain/filter-document';
import { withCounts } from '../plan/explain/counts';
import { nothingExamined } from '../plan/select';
import { CommandDefinition } from './definition';
import { explainedPlan, type ExplainedPlan } from './explained-plan';
import { MONGODB_VERSION } from './hello';

const VERBOSITY = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** Plans a command, and with `executionStats` runs its reading half; explaining never writes. */
export const explainCommand = new CommandDefinition({
  name: 'explain',
  help: 'Shows how a command would run.',
  fields: ['verbosity'],
  run: async (operation) => {
    const inner = operation.command.get('explain');
    if (!(inner instanceof Map)) throw operation.wrongType('explain', inner, 'object');
    const verbosity = operation.optionalString('verbosity') ?? 'allPlansExecution';
    if (!VERBOSITY.includes(verbosity)) {
      throw new CommandError(
        'BadValue',
        `Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`,
      );
    }
    const explained = operation.within(Command.from(inner, operation.database));
    const plan = await explainedPlan(explained);
    const winning = plan.stages();
    const rejected = (await plan.considered()).filter((each) => !valuesEqual(each, winning));
    const reply: Record<string, Value> = {
      explainVersion: '1',
      queryPlanner: new Map<string, Value>([
        ['namespace', operation.namespace(plan.collection)],
        ['indexFilterSet', false],
        ['parsedQuery', filterDocument(plan.matcher.root)],
        ...shownCollation(plan.matcher.collation),
        ['winningPlan', winning],
        ['rejectedPlans', [...rejected]],
      ]),
    };
    if (plan.laterStages !== undefined) reply['stages'] = plan.laterStages;
    if (verbosity !== 'queryPlanner') {
      const stats = await execute(plan, explained, winning);
      // Plans are compared by estimates: none but the winner was ever run.
      if (verbosity === 'allPlansExecution') stats.set('allPlansExecution', []);
      reply['executionStats'] = stats;
    }
    reply['command'] = inner;
    reply['serverInfo'] = new Map<string, Value>([['version', MONGODB_VERSION]]);
    return okReply(reply);
  },
});

function shownCollation(collation: Collation | undefined): [string, Value][] {
  return collation === undefined ? [] : [['collation', collationDocument(collation)]];
}

async function execute(plan: ExplainedPlan, operation: Operation, winning: Doc): Promise<Doc> {
  const examined = nothingExamined();
  const started = performance.now();
  const returned = await plan.run(() => operation.checkTime(), examined);
  return new Map<string, Value>([
    ['executionSuccess', true],
    ['nReturned', returned.documents],
    ['executionTimeMillis', Math.round(performance.now() - started)],
    ['totalKeysExamined', examined.keys],
    ['totalDocsExamined', examined.documents],
    ['executionStages', withCounts(winning, returned, examined)],
  ]);
}
