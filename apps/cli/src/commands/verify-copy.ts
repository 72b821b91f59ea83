import type { CommandDefinition } from '../cli/definition';
import { PROJECT } from '../cli/options';
import { watched } from '../cli/watch';
import { withCopy } from '../copy/open-copy';
import { verifyJson, verifyLines } from '../copy/report';
import { UsageError } from '../errors/errors';
import { EXIT } from '../errors/exit-code';
import { readMoment, TIME_HELP } from '../store/moment';
import { withSession } from '../store/session';
import { meantBranch, targetProject } from '../store/target';

export const verifyCopy: CommandDefinition = {
  path: 'verify-copy',
  summary: 'compare a branch with a MongoDB database that should hold the same',
  details:
    'Every document, to the byte: types and the order of fields count. Then options, validators, views and indexes. The ' +
    "database's documents are read as they were at one moment, where the server can. Differences are listed, and end with " +
    'code 1. Nothing is changed on either side.',
  arguments: [{ name: '[branch]', description: 'the branch (default: the one in use, or main)' }],
  options: [
    PROJECT,
    { flags: '--with <address>', description: 'the database, mongodb://host:27017/NAME' },
    {
      flags: '--at <moment>',
      description: `the branch as it was at an LSN or a time (${TIME_HELP}); 'position': at the LSN that 'argon checkout' says the database holds`,
    },
    { flags: '--samples <n>', description: 'list so many documents of each collection (default: 20)' },
  ],
  examples: [
    ['argon verify-copy feature-x --with mongodb://localhost:27017/shop_x', 'are they equal?'],
    [
      'argon verify-copy main --with mongodb://localhost/shop --at position',
      "while 'argon checkout --follow' runs",
    ],
    [
      'argon verify-copy main --with mongodb://localhost/shop --json',
      '{"verify": {"equal", "lsn", "documents", "collections": [{"name", "missing", …}]}}',
    ],
  ],
  run: async (context) => {
    const { given, output } = context;
    const address = given.text('with');
    if (address === undefined) throw new UsageError('Say what to compare with: --with mongodb://host/NAME.');
    const text = given.text('at');
    const at = text === undefined || text === 'position' ? text : readMoment(text, '--at');
    const samples = samplesOf(given.text('samples'));
    return withSession(context, async (session) => {
      const project = await targetProject(session, given);
      const { name: branch } = await meantBranch(session, project, given.at(0));
      return withCopy(address, '--with', async (site) => {
        const { verify } = await import('@argon/migrate');
        const { engine } = session;
        const report = await watched(context, `Comparing with ${site.location}`, (watch) =>
          verify({ engine, project, branch, at, site, samples, watch }),
        );
        await output.result({ verify: verifyJson(report) }, () => verifyLines(report, output));
        return report.equal ? EXIT.ok : EXIT.failure;
      });
    });
  },
};

function samplesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`--samples takes a whole number, and was given '${text}'.`);
}
