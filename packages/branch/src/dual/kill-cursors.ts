import type { Value } from '@argon/bson';
import { Command, okReply, type CommandContext, type CommandDocument, type Reply } from '@argon/engine';
import type { DualParts } from './dual-handler';
import type { OpenCursors } from './open-cursors';

/** Ends cursors where they were opened, which may be on both sides. */
export async function killCursors(
  { log, prefixed }: DualParts,
  open: OpenCursors,
  command: CommandDocument,
  context: CommandContext,
): Promise<Reply> {
  const given = command.get('cursors');
  if (!Array.isArray(given)) return log.handle(command, context);
  const ids = given as readonly Value[];
  const mongods = ids.filter((id) => open.has(id));
  for (const id of mongods) open.forget(id);
  if (mongods.length === ids.length && ids.length > 0) return prefixed.handle(command, context);
  if (mongods.length === 0) return log.handle(command, context);
  const of = (cursors: readonly Value[]) =>
    Command.from(new Map([...command.toDocument(), ['cursors', [...cursors]]]));
  const replies = [
    await prefixed.handle(of(mongods), context),
    await log.handle(of(ids.filter((id) => !mongods.includes(id))), context),
  ];
  const failed = replies.find((reply) => Number(reply.get('ok')) !== 1);
  if (failed !== undefined) return failed;
  const all = (field: string) => replies.flatMap((reply) => (reply.get(field) ?? []) as readonly Value[]);
  return okReply({
    cursorsKilled: all('cursorsKilled'),
    cursorsNotFound: all('cursorsNotFound'),
    cursorsAlive: all('cursorsAlive'),
    cursorsUnknown: all('cursorsUnknown'),
  });
}
