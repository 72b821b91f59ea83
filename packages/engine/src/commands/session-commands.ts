import { Binary } from '@argon/bson';
import { randomBytes } from 'node:crypto';
import { okReply } from '../handler/reply';
import { CommandDefinition } from './definition';

/**
 * Sessions carry no state yet: reads are consistent and writes acknowledged in order without them. These commands
 * exist because every driver sends them.
 */
export const startSession = new CommandDefinition({
  name: 'startSession',
  help: 'Starts a logical session.',
  fields: [],
  run: () => {
    const id = randomBytes(16);
    id[6] = (id[6]! & 0x0f) | 0x40;
    id[8] = (id[8]! & 0x3f) | 0x80;
    return okReply({ id: new Map([['id', new Binary(id, Binary.SUBTYPE_UUID)]]), timeoutMinutes: 30 });
  },
});

export const endSessions = sessionList('endSessions', 'Ends logical sessions.');
export const refreshSessions = sessionList('refreshSessions', 'Keeps logical sessions alive.');
export const killSessions = sessionList('killSessions', 'Ends logical sessions and their operations.');
export const killAllSessions = sessionList('killAllSessions', 'Ends the sessions of these users.');
export const killAllSessionsByPattern = sessionList(
  'killAllSessionsByPattern',
  'Ends the sessions that match.',
);

function sessionList(name: string, help: string): CommandDefinition {
  return new CommandDefinition({
    name,
    help,
    fields: [],
    run: (operation) => {
      const sessions = operation.command.get(name);
      if (!Array.isArray(sessions)) throw operation.wrongType(name, sessions, 'array');
      return okReply();
    },
  });
}
