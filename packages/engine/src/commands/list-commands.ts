import type { Value } from '@argon/bson';
import { okReply } from '../handler/reply';
import { CommandDefinition } from './definition';

/** @param all the table of commands, which this one is in */
export function listCommands(all: () => readonly CommandDefinition[]): CommandDefinition {
  return new CommandDefinition({
    name: 'listCommands',
    help: 'The commands that there are.',
    fields: [],
    run: () => {
      const sorted = [...all()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return okReply({ commands: new Map(sorted.map((command) => [command.name, describe(command)])) });
    },
  });
}

function describe({ help, adminOnly, aliases }: CommandDefinition): Value {
  const described = new Map<string, Value>([['help', help]]);
  if (aliases.length > 0) described.set('aliases', [...aliases]);
  return described.set('requiresAuth', true).set('secondaryOk', true).set('adminOnly', adminOnly);
}
