import type { CommandDefinition } from '../cli/definition';
import { BRANCH, COLLECTION, PROJECT } from '../cli/options';
import { write } from '../cli/terminal';
import { QUERY_OPTIONS, readQuery } from '../query/arguments';
import { collectionToRead } from '../query/collections';
import { findDocuments } from '../query/documents';
import { documentText } from '../render/document';
import { withSession } from '../store/session';
import { anyTarget } from '../store/target';

export const find: CommandDefinition = {
  path: 'find',
  summary: 'show the documents that a query finds, now or at any moment of the past',
  details:
    "Filters, projections and sorts are MongoDB's, in Extended JSON. With --json, one document per line; types survive " +
    '(Extended JSON; --canonical spells all of them out).',
  arguments: [{ name: '[collection]', description: 'the collection' }],
  options: [
    COLLECTION,
    PROJECT,
    BRANCH,
    ...QUERY_OPTIONS,
    { flags: '--canonical', description: 'spell out every type' },
  ],
  examples: [
    ['argon find cities --limit 3', ''],
    [`argon find cities --filter '{"country": "CH"}' --sort '{"name": 1}'`, 'query'],
    [`argon find cities --branch feature-x --at 1042 --json`, 'a branch, as it was at LSN 1042'],
  ],
  run: async (context) => {
    const { given, output, terminal } = context;
    const query = readQuery(given);
    await withSession(context, async (session) => {
      const on = await anyTarget(session, given);
      const { name } = await collectionToRead(session, on, given, query.moment);
      const style = given.flag('canonical') ? 'canonical' : output.json ? 'exact' : 'relaxed';
      for await (const batch of findDocuments(session, on, name, query)) {
        const lines = batch.map((bytes) => documentText(bytes, style, output.json ? 0 : 2));
        await write(terminal.stdout, `${lines.join('\n')}\n`);
      }
    });
  },
};
