import { elements } from '@argon/bson';
import type { CommandDocument } from '@argon/engine';

const READS: ReadonlySet<string> = new Set(
  (
    'collStats collstats count dataSize dbStats dbstats distinct explain find getMore killCursors listCollections listIndexes ' +
    'ping validate argonDiff argonHistory argonListRestorePoints argonListTags'
  ).split(' '),
);

const WRITING_STAGES: ReadonlySet<string> = new Set(['$merge', '$out']);

/** Whether a command changes nothing, so it need not wait while its branch is being turned over. */
export function onlyReads(command: CommandDocument): boolean {
  if (command.name === 'aggregate') {
    // The one place where mongod takes stages that write is the end.
    const last = command.rawArray('pipeline')?.at(-1);
    const [stage] = last === undefined ? [] : elements(last);
    return stage === undefined || !WRITING_STAGES.has(stage.name);
  }
  // What goes on in a transaction was let in when that began.
  if (command.get('autocommit') === false && command.get('startTransaction') !== true) return true;
  return READS.has(command.name);
}
