import type { CheckoutReport, Site, VerifyReport } from '@argon/migrate';
import type { CommandContext } from '../cli/context';
import { confirm } from '../cli/confirm';
import type { CommandDefinition } from '../cli/definition';
import { AT, PROJECT, YES } from '../cli/options';
import { watched } from '../cli/watch';
import { withCopy } from '../copy/open-copy';
import { rateOf } from '../copy/rate';
import { UsageError } from '../errors/errors';
import { counted } from '../render/numbers';
import { readMoment } from '../store/moment';
import { withSession, type Session } from '../store/session';
import { knownBranch, targetProject } from '../store/target';

/** What is checked out, and where to. */
interface Request {
  readonly project: string;
  readonly branch: string;
  readonly site: Site;
  readonly overwrite: boolean;
}

export const checkout: CommandDefinition = {
  path: 'checkout',
  summary: 'write a branch to a MongoDB database, and keep it in step',
  details:
    'Collections with their options, documents to the byte and in their order, indexes and views. Done again, only what ' +
    'changed since is written; a run that was stopped is gone on with. A database where something else lies is refused: ' +
    '--overwrite shows what would change there and asks; what is equal stays. With --follow, new commits are written ' +
    'as they come, until Ctrl-C. How far it has come stands in the collection argon_positions of the database.',
  arguments: [{ name: '<branch>', description: 'the branch' }],
  options: [
    PROJECT,
    { flags: '--to <address>', description: 'the database, mongodb://host:27017/NAME' },
    AT,
    { flags: '--follow', description: 'keep it in step, until Ctrl-C' },
    { flags: '--overwrite', description: 'make what is there the same, whatever it is' },
    { flags: '--dry-run', description: 'with --overwrite: only show what would change' },
    { flags: '--rate <n>', description: 'write at most so many documents a second' },
    YES,
  ],
  examples: [
    ['argon checkout feature-x --to mongodb://localhost:27017/shop_x', 'all of it, or what changed since'],
    ["argon checkout main --to mongodb://localhost/before --at 'yesterday 17:00'", 'as it was then'],
    ['argon checkout main --to mongodb://localhost/shop --follow', 'keep it in step'],
    [
      'argon checkout main --to mongodb://localhost/shop --overwrite --yes --json',
      '{"checkout": {"lsn", "from", "inserted", "updated", "deleted", "to"}, "done": true}',
    ],
  ],
  run: async (context) => {
    const { given } = context;
    const address = given.text('to');
    if (address === undefined) throw new UsageError('Say where to: --to mongodb://host/NAME.');
    if (given.flag('follow') && given.text('at') !== undefined) {
      throw new UsageError('--follow goes on with the newest; it goes without --at.');
    }
    if (given.flag('dryRun') && !given.flag('overwrite')) {
      throw new UsageError('--dry-run shows what --overwrite would change; give both.');
    }
    await withSession(context, async (session) => {
      const project = await targetProject(session, given);
      const { name: branch } = await knownBranch(session, project, given.required(0));
      await withCopy(address, '--to', async (site) => {
        const request = { project, branch, site, overwrite: given.flag('overwrite') };
        if (request.overwrite && !(await agreed(context, session, request))) return;
        await (given.flag('follow') ? follow : once)(context, session, request);
      });
    });
  },
};

/** Shows what would be changed of what is there, and asks. @returns false if that was all */
async function agreed(context: CommandContext, session: Session, request: Request): Promise<boolean> {
  const { given, output } = context;
  const { site, project, branch } = request;
  const { verify } = await import('@argon/migrate');
  const { engine } = session;
  const at = momentOf(context);
  const report = await watched(context, `Comparing with ${site.location}`, (watch) =>
    verify({ engine, project, branch, site, at, samples: 0, watch }),
  );
  if (given.flag('dryRun')) {
    const collections = report.collections.filter(({ equal }) => !equal).map(changeOf);
    const value = {
      checkout: { project, branch, lsn: report.lsn, to: site.location, collections },
      done: false,
    };
    await output.result(value, () => previewLines(report));
    return false;
  }
  if (report.equal) return true;
  if (!given.flag('yes')) await output.note(previewLines(report).join('\n'));
  await confirm(context, `overwrite ${site.location}`);
  return true;
}

async function once(context: CommandContext, session: Session, request: Request): Promise<void> {
  const { site, overwrite, branch } = request;
  const work = await checkoutOf(context, session, request);
  const report = await watched(context, `Checking out ${branch}`, (watch) =>
    work.run({ at: momentOf(context), overwrite, watch }),
  );
  await context.output.result(
    { checkout: { ...report, from: report.from ?? null, to: site.location }, done: true },
    () => reportLines(report, site),
  );
}

/** Ctrl-C is how it ends. */
async function follow(context: CommandContext, session: Session, request: Request): Promise<void> {
  const { site, overwrite, project, branch } = request;
  const { output, terminal } = context;
  const work = await checkoutOf(context, session, request);
  const { headLsn } = await session.log.get(project, branch);
  const follower = await watched(context, `Following ${branch}`, async (watch) => {
    const begun = work.follow(terminal.signal, { overwrite, watch });
    const isThere = begun.caughtUpTo(headLsn).then(async () => {
      await output.note(
        `${site.location} is in step with ${branch} (LSN ${begun.status.lsn}). Ctrl-C ends it.`,
      );
    });
    // What ends it is told by `done`.
    isThere.catch(() => undefined);
    await begun.done;
    return begun;
  });
  const lsn = follower.status.lsn ?? null;
  const value = { checkout: { project, branch, lsn, to: site.location }, done: lsn !== null };
  await output.result(value, () => [
    lsn === null
      ? `Stopped before ${site.location} held all of ${branch}; the same command goes on.`
      : `${site.location} holds ${branch} at LSN ${lsn}`,
  ]);
}

async function checkoutOf(context: CommandContext, session: Session, { project, branch, site }: Request) {
  const { Checkout } = await import('@argon/migrate');
  const { engine } = session;
  return new Checkout({ engine, project, branch, site, documentsPerSecond: rateOf(context.given) });
}

function momentOf({ given }: CommandContext) {
  const text = given.text('at');
  return text === undefined ? undefined : readMoment(text, '--at');
}

function changeOf({
  name,
  documents,
  missing,
  extra,
  different,
  definitions,
}: VerifyReport['collections'][number]) {
  const dropped = definitions.some(({ kind, branch }) => kind === 'collection' && branch === undefined);
  return {
    ...{ name, dropped, documents: documents.site },
    ...{ inserted: missing, updated: different, deleted: extra, definitions: definitions.length },
  };
}

function previewLines(report: VerifyReport): readonly string[] {
  if (report.equal) return [`${report.location} holds ${report.branch} at LSN ${report.lsn} already.`];
  const lines = report.collections
    .filter(({ equal }) => !equal)
    .map(changeOf)
    .map(({ name, dropped, documents, inserted, updated, deleted, definitions }) => {
      if (dropped) return `  ${name}: dropped, with ${counted(documents, 'document')}`;
      const made = definitions === 0 ? '' : `; ${counted(definitions, 'definition')} changed`;
      return `  ${name}: ${inserted} inserted, ${updated} replaced, ${deleted} deleted${made}`;
    });
  return [
    `To hold ${report.branch} at LSN ${report.lsn}, this would be changed at ${report.location}:`,
    ...lines,
  ];
}

function reportLines(report: CheckoutReport, site: Site): readonly string[] {
  const { branch, lsn, from, inserted, updated, deleted, collections } = report;
  const before = from === undefined ? '' : `, which had LSN ${from}`;
  return [
    `Checked out ${branch} at LSN ${lsn} to ${site.location}${before}`,
    `  ${counted(inserted, 'document')} inserted, ${updated} replaced, ${deleted} deleted; ${counted(collections, 'collection')}`,
  ];
}
