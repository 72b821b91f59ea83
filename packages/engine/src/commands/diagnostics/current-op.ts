import { bsonTypeName, isNumber, toNumber } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { okReply } from '../../handler/reply';
import { compileFilter } from '../../match/compile';
import { describeOperation } from '../../activity/describe';
import { CommandDefinition } from '../definition';

/** Fields of the command that say what to list; all others are a filter. */
const OPTIONS = new Set(['currentOp', '$ownOps', '$all', '$truncateOps', 'comment']);

export const currentOpCommand = new CommandDefinition({
  name: 'currentOp',
  aliases: ['currentop'],
  help: 'The operations under way.',
  adminOnly: true,
  run: (operation) => {
    const filter = [...operation.command.toDocument()].filter(
      ([field]) => !OPTIONS.has(field) && field !== operation.command.name && !isEnvelope(field),
    );
    const matcher = compileFilter(new Map(filter), { now: operation.started });
    const listed = operation.engine.activity.running().map(describeOperation);
    return okReply({ inprog: listed.filter((each) => matcher.matches(each)) });
  },
});

const ENVELOPE = new Set([
  'lsid',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
]);

/** Fields that drivers add to any command. */
function isEnvelope(field: string): boolean {
  return ENVELOPE.has(field) || (field.startsWith('$') && !['$and', '$or', '$nor', '$expr'].includes(field));
}

/** The operation ends with `Interrupted` at its next step; that there is none of that number is not told, as in mongod. */
export const killOpCommand = new CommandDefinition({
  name: 'killOp',
  aliases: ['killop'],
  help: 'Ends an operation.',
  adminOnly: true,
  run: ({ command, engine }: Operation) => {
    const op = command.get('op');
    if (op === undefined) throw new CommandError('NoSuchKey', 'Missing expected field "op"');
    if (!isNumber(op)) {
      throw new CommandError(
        'TypeMismatch',
        `Expected field "op" to have numeric type, but found ${bsonTypeName(op)}`,
      );
    }
    const id = toNumber(op);
    for (const running of engine.activity.running()) if (running.id === id) running.kill();
    return okReply({ info: 'attempting to kill op' });
  },
});
