import type { Doc, Value } from '@argon/bson';
import { okReply, parseAddress, type CommandContext, type CommandDocument, type Reply } from '@argon/engine';
import { FORWARDED_AS_IS } from '../prefix/handler/server-commands';
import type { DualParts } from './dual-handler';
import { AcrossSidesError } from './errors';
import type { Side } from './sides';
import { isStandbyName } from './standby';

/** What sessions hold is ended on both sides: a session may have worked on either. */
const OF_SESSIONS: ReadonlySet<string> = new Set(['endSessions', 'killSessions', 'refreshSessions']);

/** Commands on MongoDB's own databases: the server is mongod, whose version and sessions clients go by. */
export async function serverCommand(
  parts: DualParts,
  command: CommandDocument,
  context: CommandContext,
  sideOf: (database: string) => Promise<Side>,
): Promise<Reply> {
  const { log, prefixed } = parts;
  const { name } = command;
  if (name === 'listDatabases') return listDatabases(parts, command, context);
  if (name === 'renameCollection') return rename(parts, command, context, sideOf);
  if (OF_SESSIONS.has(name)) {
    const own = await log.handle(command, context);
    return Number(own.get('ok')) === 1 ? prefixed.handle(command, context) : own;
  }
  const isGreeting = /^(hello|is[mM]aster)$/.test(name);
  return (isGreeting || FORWARDED_AS_IS.has(name) ? prefixed : log).handle(command, context);
}

/** Each branch once: as the side shows it that serves it. */
async function listDatabases(
  { log, prefixed, sides }: DualParts,
  command: CommandDocument,
  context: CommandContext,
): Promise<Reply> {
  const logged = await log.handle(command, context);
  if (Number(logged.get('ok')) !== 1) return logged;
  const legacy = await prefixed.handle(command, context);
  if (Number(legacy.get('ok')) !== 1) return legacy;
  const { branches } = await sides.directory.known();
  const isServed = (database: Doc): boolean => {
    const { project, branch } = parseAddress(database.get('name') as string);
    if (project !== sides.directory.project) return true;
    return !isStandbyName(branch) && branches.get(branch)?.useWal !== false;
  };
  const databases = [...databasesOf(logged).filter(isServed), ...databasesOf(legacy)].sort((a, b) =>
    (a.get('name') as string) < (b.get('name') as string) ? -1 : 1,
  );
  if (command.get('nameOnly') === true) return okReply({ databases });
  const total = Number(logged.get('totalSize')) + Number(legacy.get('totalSize'));
  return okReply({ databases, totalSize: total, totalSizeMb: Math.floor(total / 1024 / 1024) });
}

function databasesOf(reply: Reply): readonly Doc[] {
  return reply.get('databases') as readonly Doc[];
}

/** @throws AcrossSidesError */
async function rename(
  { log, prefixed }: DualParts,
  command: CommandDocument,
  context: CommandContext,
  sideOf: (database: string) => Promise<Side>,
): Promise<Reply> {
  const databases = [command.get('renameCollection'), command.get('to')].map(databaseIn);
  const [from, to] = await Promise.all(
    databases.map((database) => (database === undefined ? undefined : sideOf(database))),
  );
  if (from !== undefined && to !== undefined && from.type !== to.type) {
    throw new AcrossSidesError('renameCollection', databases[0]!, databases[1]!);
  }
  return (from?.type === 'traditional' ? prefixed : log).handle(command, context);
}

/** Of a namespace that is no text, or has no database, the handler says what is wrong. */
function databaseIn(namespace: Value | undefined): string | undefined {
  const dot = typeof namespace === 'string' ? namespace.indexOf('.') : -1;
  return dot > 0 ? (namespace as string).slice(0, dot) : undefined;
}
