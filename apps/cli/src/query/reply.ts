import { isNumber, toNumber, type Value } from '@argon/bson';
import type { Reply } from '@argon/engine';
import { CommandFailedError } from '../errors/errors';

/** The reply itself if the command succeeded. @throws CommandFailedError */
export function checkReply(reply: Reply): Reply {
  const ok = reply.get('ok') as Value | undefined;
  if (ok !== undefined && isNumber(ok) && toNumber(ok) === 1) return reply;
  throw replyError(reply);
}

/** The error that a reply, or one of its `writeErrors`, tells of. */
function replyError(reply: ReadonlyMap<string, unknown>): CommandFailedError {
  const code = reply.get('code');
  const codeName = reply.get('codeName');
  const argonCode = reply.get('argonCode');
  return new CommandFailedError(
    String(reply.get('errmsg') ?? 'The command failed'),
    { code, ...(codeName === undefined ? {} : { codeName }) },
    typeof argonCode === 'string' ? argonCode : undefined,
  );
}

/** The first of a write command's `writeErrors`. */
export function firstWriteError(reply: Reply): { index: number; error: CommandFailedError } | undefined {
  const errors = reply.get('writeErrors');
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  const first = errors[0] as ReadonlyMap<string, Value>;
  return { index: numberIn(first, 'index'), error: replyError(first) };
}

/** A number that a reply holds, 0 if it does not. */
export function numberIn(reply: ReadonlyMap<string, unknown>, field: string): number {
  const value = reply.get(field) as Value | undefined;
  return value !== undefined && isNumber(value) ? toNumber(value) : 0;
}
