import { isNumber, toNumber, type Value } from '@argon/bson';
import type { CommandHandler } from '@argon/engine';
import type { Metrics } from './metrics';

/** Names of commands are the client's words: so many different ones are counted by name, and no more. */
const MOST_NAMES = 200;

/** The same handler, with its commands timed. */
export function measured(handler: CommandHandler, { commands }: Metrics): CommandHandler {
  const names = new Map<string, Record<'true' | 'false', { observe(seconds: number): void }>>();
  const timersOf = (name: string) => {
    let timers = names.get(name);
    if (timers === undefined) {
      const shown = names.size < MOST_NAMES ? name : 'other';
      timers = { true: commands.labels(shown, 'true'), false: commands.labels(shown, 'false') };
      if (names.size < MOST_NAMES) names.set(name, timers);
    }
    return timers;
  };
  return {
    handle: async (command, context) => {
      const started = performance.now();
      const reply = await handler.handle(command, context);
      const ok = reply.get('ok') as Value;
      const isOk = isNumber(ok) && toNumber(ok) === 1;
      // What is no command is not counted by its name, or anybody could make up names without end.
      const code = isOk ? undefined : reply.get('codeName');
      const name = code === 'CommandNotFound' ? 'unknown' : command.name;
      timersOf(name)[isOk ? 'true' : 'false'].observe((performance.now() - started) / 1000);
      return reply;
    },
    close: () => handler.close(),
  };
}
