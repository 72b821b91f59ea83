import { encodeKey, type Collation, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { GroupAccumulator, GroupState } from '../accumulator/group-accumulator';
import { GROUP_ACCUMULATORS } from '../accumulator/group-operators';
import type { PipelineEnv } from '../env';
import type { ExpressionScope, Variables } from '../expression/expression';
import { MemoryMeter } from '../memory';
import { compileGroupKey, type GroupKey } from './group-key';
import type { Stage, StageCompiler } from './stage';
import { inBatches } from './stream';

/** A field of the result and how it is accumulated. */
export interface GroupField {
  readonly name: string;
  readonly accumulator: GroupAccumulator;
}

/** `$group`. Groups come out in the order in which they were first met; mongod's order is that of its hashes. */
export const GROUP: StageCompiler = (argument, { scope, env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(15947, "a group's fields must be specified in an object");
  }
  let key: GroupKey | undefined;
  const fields: GroupField[] = [];
  for (const [field, value] of argument) {
    if (field === '_id') key = compileGroupKey(value, scope);
    else if (field !== '$doingMerge') fields.push(compileGroupField(field, value, scope));
  }
  if (key === undefined) throw new CommandError(15955, 'a group specification must include an _id');
  return groupStage(name, key, fields, env);
};

/** Reads `field: {$accumulator: argument}`. */
export function compileGroupField(name: string, value: Value, scope: ExpressionScope): GroupField {
  if (!(value instanceof Map) || value.size === 0) {
    throw new CommandError(40234, `The field '${name}' must be an accumulator object`);
  }
  if (name.includes('.')) throw new CommandError(40235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$'))
    throw new CommandError(40236, `The field name '${name}' cannot be an operator name`);
  if (value.size !== 1) throw new CommandError(40238, `The field '${name}' must specify one accumulator`);
  const [[operator, argument]] = value as unknown as [[string, Value]];
  const compiler = GROUP_ACCUMULATORS.get(operator);
  if (compiler === undefined) throw new CommandError(15952, `unknown group operator '${operator}'`);
  return { name, accumulator: compiler(argument, scope, operator) };
}

export function groupStage(
  name: string,
  key: GroupKey,
  fields: readonly GroupField[],
  env: PipelineEnv,
): Stage {
  return {
    name,
    async *run(source, variables) {
      const groups = new Groups(key, fields, variables, new MemoryMeter('$group', env), env.collation);
      for await (const batch of source) for (const document of batch) groups.add(document);
      yield* inBatches(groups.results());
    },
  };
}

interface Group {
  readonly id: Value;
  readonly states: readonly GroupState[];
}

class Groups {
  private readonly groups = new Map<string, Group>();

  constructor(
    private readonly key: GroupKey,
    private readonly fields: readonly GroupField[],
    private readonly variables: Variables,
    private readonly meter: MemoryMeter,
    private readonly collation: Collation | undefined,
  ) {}

  add(document: Doc): void {
    const parts = this.key.parts(document, this.variables);
    const encoded = encodeKey(parts, undefined, this.collation);
    let group = this.groups.get(encoded);
    if (group === undefined) {
      const id = this.key.id(parts);
      group = { id, states: this.fields.map(({ accumulator }) => accumulator.start(id, this.variables)) };
      this.groups.set(encoded, group);
      this.meter.add(id);
    }
    for (const state of group.states) state.add(document, this.variables);
  }

  results(): Doc[] {
    return Array.from(this.groups.values(), (group) => {
      const result: Doc = new Map([['_id', group.id]]);
      for (const [index, { name }] of this.fields.entries()) {
        result.set(name, (group.states[index] as GroupState).result());
      }
      return result;
    });
  }
}
