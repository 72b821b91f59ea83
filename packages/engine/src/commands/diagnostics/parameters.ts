import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { okReply } from '../../handler/reply';
import { CommandDefinition } from '../definition';

/** Fields that drivers and shells add. */
const ENVELOPE = new Set([
  'comment',
  'lsid',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
]);

export const getParameterCommand = new CommandDefinition({
  name: 'getParameter',
  help: 'The values of server parameters.',
  adminOnly: true,
  run: (operation) => {
    const { command, engine } = operation;
    const asked = command.get('getParameter');
    const options = asked instanceof Map ? asked : new Map<string, Value>();
    const isAll = asked === '*' || options.get('allParameters') === true;
    const names = isAll ? engine.parameters.all().map(([name]) => name) : namesIn(operation);
    const found: Record<string, Value> = {};
    for (const name of names) {
      const parameter = engine.parameters.get(name);
      if (parameter === undefined) continue;
      const value = parameter.get();
      found[name] =
        options.get('showDetails') === true
          ? new Map<string, Value>([
              ['value', value],
              ['settableAtRuntime', parameter.set !== undefined],
              ['settableAtStartup', true],
            ])
          : value;
    }
    if (Object.keys(found).length === 0) throw new CommandError(0, 'no option found to get');
    return okReply(found);
  },
});

export const setParameterCommand = new CommandDefinition({
  name: 'setParameter',
  help: 'Changes a server parameter of this process.',
  adminOnly: true,
  run: (operation) => {
    const { command, engine } = operation;
    const names = namesIn(operation);
    if (names.length === 0) {
      throw new CommandError(0, 'no option found to set, use help:true to see options ');
    }
    const before: Value[] = [];
    for (const name of names) {
      const parameter = engine.parameters.get(name);
      if (parameter === undefined) {
        throw new CommandError(
          0,
          `attempted to set unrecognized parameter [${name}], use help:true to see options `,
        );
      }
      if (parameter.set === undefined) {
        throw new CommandError('IllegalOperation', `not allowed to change [${name}] at runtime`);
      }
      before.push(parameter.get());
    }
    for (const name of names) engine.parameters.get(name)!.set!(command.get(name)!);
    return okReply({ was: before[0]! });
  },
});

function namesIn({ command }: Operation): string[] {
  return command
    .fields()
    .slice(1)
    .filter((field) => !field.startsWith('$') && !ENVELOPE.has(field));
}
