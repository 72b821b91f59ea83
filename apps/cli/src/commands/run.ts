import type { Doc, Value } from '@argon/bson';
import { Command } from '@argon/engine';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { AT, BRANCH, PROJECT } from '../cli/options';
import { write } from '../cli/terminal';
import { UsageError } from '../errors/errors';
import { readDocument } from '../query/arguments';
import { checkReply, firstWriteError } from '../query/reply';
import { valueText } from '../render/document';
import { withSession, type Session } from '../store/session';
import { readMoment } from '../store/moment';
import { anyTarget, databaseOf } from '../store/target';

/** Commands that concern the server, so they need no project. */
const SERVER_COMMANDS = new Set([
  'hello',
  'isMaster',
  'ping',
  'buildInfo',
  'connectionStatus',
  'listDatabases',
]);

/** What drivers order their sessions by: of no use here, and another with every reply. */
const FOR_DRIVERS = ['$clusterTime', 'operationTime'];

export const run: CommandDefinition = {
  path: 'run',
  summary: 'run a database command and show its reply',
  details:
    'Any command that a MongoDB driver would send, in Extended JSON; - reads it from standard input. "$db" in it names ' +
    'project, branch and moment (shop~feature-x@1042) and goes before the options. A cursor ends with the ' +
    "reply's first batch; 'argon find' shows everything.",
  arguments: [{ name: '<command>', description: 'the command as Extended JSON, or -' }],
  options: [PROJECT, BRANCH, AT, { flags: '--canonical', description: 'spell out every type' }],
  examples: [
    [`argon run '{"count": "cities", "query": {"country": "CH"}}'`, 'count'],
    [`argon run '{"update": "cities", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 2}}}]}'`, 'change'],
    [`argon run '{"listDatabases": 1}'`, 'projects and branches, as databases'],
  ],
  run: async (context) => {
    const { given, output, terminal } = context;
    const command = readDocument(await commandText(context), 'The command');
    const style = given.flag('canonical') ? 'canonical' : output.json ? 'exact' : 'relaxed';
    await withSession(context, async (session) => {
      const reply = checkReply(
        await session.reply(Command.from(command, await databaseFor(session, context, command))),
      );
      const shown = new Map(reply);
      for (const field of FOR_DRIVERS) shown.delete(field);
      const text = valueText(shown as Doc, style, output.json ? 0 : 2);
      await write(terminal.stdout, `${text}\n`);
      const failed = firstWriteError(reply);
      if (failed !== undefined) throw failed.error;
    });
  },
};

async function commandText({ given, terminal }: CommandContext): Promise<string> {
  const text = given.required(0);
  if (text !== '-') return text;
  const chunks: Buffer[] = [];
  for await (const chunk of terminal.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

/** The database to run it on; undefined if the command says so itself. */
async function databaseFor(
  session: Session,
  { given }: CommandContext,
  command: ReadonlyMap<string, Value>,
): Promise<string | undefined> {
  const { value: name, done } = command.keys().next();
  if (done === true) throw new UsageError('The command document is empty.');
  if (command.has('$db')) return undefined;
  if (given.text('project') === undefined && SERVER_COMMANDS.has(name)) return 'admin';
  const at = given.text('at');
  const on = await anyTarget(session, given);
  return databaseOf(on, at === undefined ? undefined : readMoment(at, '--at'));
}
