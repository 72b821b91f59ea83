import type { Doc } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import { chooseAccessPath, select } from '../plan/access-path';
import { checkHint } from '../plan/hint';
import { checkCollation } from './collation';
import { CommandDefinition } from './definition';
import { nonNegative } from './find';

export const countCommand = new CommandDefinition({
  name: 'count',
  help: 'Counts documents.',
  fields: ['query', 'limit', 'skip', 'hint', 'collation', 'fields', 'encryptionInformation'],
  run: async (operation) => {
    const collection = operation.collectionName();
    checkCollation(operation.command.get('collation'));
    const matcher = compileFilter(operation.optionalDocument('query') ?? (new Map() as Doc), {
      now: operation.started,
    });
    const skip = nonNegative(operation, 'skip') ?? 0;
    const limit = Math.abs(operation.optionalNumber('limit') ?? 0);
    const view = await operation.view(collection);
    const natural = checkHint(view, operation.command.get('hint'));
    let matched = 0;
    if (matcher.always) {
      matched = view.count;
    } else {
      const enough = limit === 0 ? Infinity : skip + limit;
      const path = chooseAccessPath(view, matcher, natural);
      for await (const selection of select(view, matcher, path, () => operation.checkTime())) {
        matched += selection.refs.length;
        if (matched >= enough) break;
      }
    }
    const n = Math.max(0, matched - skip);
    if (n > 2 ** 31 - 1) throw new CommandError('Overflow', `count ${n} does not fit into an int32`);
    return okReply({ n: limit === 0 ? n : Math.min(n, limit) });
  },
});
