import { describe, expect, it } from 'vitest';
import { describeCommands } from './cli-doc.mjs';

const table = {
  everywhere: [{ flags: '--json', description: 'JSON output, for programs' }],
  groups: { wal: { aliases: [] }, 'wal pin': { aliases: ['pins'] } },
  commands: [
    {
      path: 'history',
      aliases: ['log'],
      summary: 'show who changed what',
      details: 'Newest first. Of the document with this _id, or *all*.',
      arguments: [{ name: '[collection]', description: 'only <this> one' }],
      options: [{ flags: '--by <what>', description: 'in this order', choices: ['lsn', 'time'] }],
      examples: [
        ['argon history --by time', 'from the oldest'],
        ['argon history', ''],
      ],
    },
    { path: 'wal pin list', summary: 'list pins', examples: [['argon wal pin list', 'all']] },
  ] as const,
};

describe('the reference of the command line', () => {
  it('says of each command what the table says', () => {
    const { markdown, problems } = describeCommands(table);
    expect(problems).toEqual([]);
    expect(markdown.slice(markdown.indexOf('\n## '))).toBe(`
## Commands

- [history](#argon-history): show who changed what
- [wal pin list](#argon-wal-pin-list): list pins

## Options of every command

- \`--json\`: JSON output, for programs

## argon history

Show who changed what.

Newest first. Of the document with this \\_id, or \\*all\\*.

\`\`\`sh
argon history [collection] [options]
\`\`\`

Also \`argon log\`.

- \`[collection]\`: only \\<this\\> one
- \`--by <what>\`: in this order (\`lsn\`, \`time\`)

\`\`\`sh
# from the oldest
argon history --by time
argon history
\`\`\`

## argon wal pin list

List pins.

\`\`\`sh
argon wal pin list [options]
\`\`\`

Also \`argon wal pins list\`.

\`\`\`sh
# all
argon wal pin list
\`\`\`
`);
  });

  it('asks for an example of each command', () => {
    const [command] = table.commands;
    const { problems } = describeCommands({ ...table, commands: [{ ...command, examples: [] }] });
    expect(problems).toEqual(['argon history has no example.']);
  });
});
