import { DiffService, statOf, type CollectionStat, type Diff, type DiffRequest } from '@argon/branch';
import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { PROJECT } from '../cli/options';
import { write } from '../cli/terminal';
import { catalogJson, documentJson, placesJson, statJson } from '../diff/json';
import { catalogTexts, collectionLine, documentTexts, headLine, statTexts } from '../diff/text';
import { CancelledError, UsageError } from '../errors/errors';
import { paged, type WriteText } from '../render/pager';
import { PLACE_HELP, readPlace } from '../store/place';
import { withSession, type Session } from '../store/session';
import { branchInUse, targetProject } from '../store/target';

export const diff: CommandDefinition = {
  path: 'diff',
  summary: 'show how two branches, tags or moments differ',
  details:
    `A place is ${PLACE_HELP}. Takes time for what differs, however much is the same. On a terminal it is shown in $PAGER. ` +
    "With --json, one line for each collection and document; --patch writes what 'argon patch apply' takes.",
  arguments: [
    { name: '<from>', description: 'the place before' },
    { name: '[to]', description: 'the place after (default: the branch in use)' },
  ],
  options: [
    PROJECT,
    { flags: '-c, --collection <names>', description: 'only these collections: a,b' },
    { flags: '--stat', description: 'only numbers: documents, fields, types' },
    { flags: '--patch', description: 'as a patch' },
    { flags: '--limit <n>', description: 'at most so many documents' },
  ],
  examples: [
    ['argon diff main feature-x', 'what feature-x has that main has not, and the other way round'],
    ['argon diff main@1042 main --stat', 'in numbers, since LSN 1042'],
    ["argon diff '@yesterday 17:00' -c users", 'the branch in use, since yesterday'],
    ['argon diff main feature-x --patch > feature.patch', "for 'argon patch apply'"],
  ],
  run: async (context) => {
    const { given, output, terminal } = context;
    const limit = given.integer('limit') ?? Infinity;
    if (given.flag('patch') && (given.flag('stat') || given.flag('json') || limit !== Infinity)) {
      throw new UsageError(
        '--patch is the whole difference in a format of its own: leave out --stat, --json, --limit.',
      );
    }
    await withSession(context, async (session) => {
      const service = new DiffService(session.engine);
      const request = await requestOf(session, context);
      if (given.flag('stat')) return showStat(context, session, await service.diff(request));
      const show = async (put: WriteText): Promise<void> => {
        if (given.flag('patch')) return writePatch(service.patch(request), session, put);
        const found = await service.diff(request);
        await put(
          `${output.json ? JSON.stringify({ diff: placesJson(found) }) : headLine(found, output.colours)}\n`,
        );
        await writeDocuments(found, context, session, limit, put);
      };
      if (output.json) await show((text) => write(terminal.stdout, text));
      else await paged(terminal, show);
    });
  },
};

async function requestOf(session: Session, { given }: CommandContext): Promise<DiffRequest> {
  const project = await targetProject(session, given);
  const from = await readPlace(session, project, given.required(0), '<from>');
  const to = await readPlace(session, project, given.at(1) ?? branchInUse(session, project), '[to]');
  return { from, to, collections: given.text('collection')?.split(',') };
}

async function showStat({ output }: CommandContext, session: Session, found: Diff): Promise<void> {
  const stats: CollectionStat[] = [];
  for (const collection of found.collections) {
    stopIfAsked(session);
    const stat = await statOf(collection);
    if (stat !== undefined) stats.push(stat);
  }
  await output.result({ diff: placesJson(found), collections: stats.map(statJson) }, () => [
    headLine(found, output.colours),
    ...(stats.length === 0 ? ['No differences.'] : []),
    ...stats.flatMap((stat) => statTexts(stat, output.colours)),
  ]);
}

async function writePatch(lines: AsyncIterable<string>, session: Session, write: WriteText): Promise<void> {
  for await (const line of lines) {
    stopIfAsked(session);
    await write(`${line}\n`);
  }
}

async function writeDocuments(
  found: Diff,
  { output }: CommandContext,
  session: Session,
  limit: number,
  write: WriteText,
): Promise<void> {
  const { colours, json } = output;
  let [left, isSame] = [limit, true];
  for (const collection of found.collections) {
    const { name, catalog } = collection;
    let isNamed = false;
    const begin = async (): Promise<void> => {
      if (!isNamed && !json) await write(`\n${collectionLine(name, colours)}\n`);
      isNamed = true;
      isSame = false;
    };
    if (catalog !== undefined) {
      await begin();
      const texts = json
        ? [JSON.stringify({ op: 'collection', collection: name, catalog: catalogJson(catalog) })]
        : catalogTexts(catalog, colours);
      if (texts.length > 0) await write(`${texts.join('\n')}\n`);
    }
    if (left <= 0) continue;
    for await (const batch of collection.documents()) {
      stopIfAsked(session);
      await begin();
      const shown = batch.slice(0, left);
      left -= shown.length;
      const texts = shown.flatMap((each) => (json ? [documentJson(each)] : documentTexts(each, colours)));
      await write(`${texts.join('\n')}\n`);
      if (left > 0) continue;
      if (!json) await write('… (--limit)\n');
      break;
    }
  }
  if (isSame && !json) await write('No differences.\n');
}

function stopIfAsked({ signal }: Session): void {
  if (signal.aborted) throw new CancelledError('Stopped.');
}
