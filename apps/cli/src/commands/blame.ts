import { pathText, type BlamedField } from '@argon/branch';
import { validateCollectionName } from '@argon/wal';
import type { CommandDefinition } from '../cli/definition';
import { AT, BRANCH, PROJECT } from '../cli/options';
import { write } from '../cli/terminal';
import { readId } from '../query/document-id';
import { actorText, shortened } from '../render/change';
import { valueText } from '../render/document';
import { isoTime, moment } from '../render/numbers';
import { readMoment } from '../store/moment';
import { withSession } from '../store/session';
import { target } from '../store/target';

export const blame: CommandDefinition = {
  path: 'blame',
  summary: 'show who gave each field of a document its value, and when',
  details:
    'Of every field, and every element of an array, the change since which it has had its present value without a break. ' +
    'With --json, one field per line.',
  arguments: [
    { name: '<collection>', description: 'the collection' },
    { name: '<id>', description: "the document's _id: 7, '\"a\"', 24 hex digits, or Extended JSON" },
  ],
  options: [PROJECT, BRANCH, AT],
  examples: [
    ['argon blame orders 1042', ''],
    ['argon blame users 64b5f0a1c2d3e4f5a6b7c8d9 --at 2026-01-31', 'as it was then'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output, terminal } = context;
      const collection = given.required(0);
      validateCollectionName(collection);
      const id = readId(given.required(1), 'The id');
      const { project, branch } = await target(session, given);
      const at = given.text('at');
      const fields = await session.history.blame({
        project,
        name: branch.name,
        collection,
        id,
        ...(at === undefined ? {} : { at: readMoment(at, '--at') }),
      });
      if (output.json) {
        await write(terminal.stdout, fields.map((field) => `${fieldJson(field)}\n`).join(''));
        return;
      }
      const table = output.table(
        [
          { title: 'Field' },
          { title: 'Value' },
          { title: 'LSN', align: 'right' },
          { title: 'When' },
          { title: 'Who' },
        ],
        fields.map(({ path, value, change, isOlder }) => [
          pathText(path),
          shortened(valueText(value, 'relaxed'), 40),
          `${isOlder ? '≤ ' : ''}${change.lsn}`,
          moment(change.timestamp),
          actorText(change.actor),
        ]),
      );
      await write(terminal.stdout, `${table}\n`);
    }),
};

function fieldJson({ path, value, change, isOlder }: BlamedField): string {
  const { lsn, timestamp, actor, operation } = change;
  const head = JSON.stringify({ path, lsn, time: isoTime(timestamp), actor, operation, isOlder });
  return `${head.slice(0, -1)},"value":${valueText(value, 'exact')}}`;
}
