import type { CommandDefinition } from '../cli/definition';
import { write } from '../cli/terminal';
import { completionScript, SHELLS, type Shell } from '../completion/scripts';

export const completion: CommandDefinition = {
  path: 'completion',
  summary: 'print what makes a shell complete argon at Tab',
  details:
    'Commands, options and their choices, and the names of projects, branches, tags and collections that the store has, ' +
    'as --store, --project and --branch on the line choose them.',
  arguments: [{ name: '<shell>', description: 'which shell', choices: SHELLS }],
  examples: [
    ['source <(argon completion bash)', 'in ~/.bashrc'],
    ['source <(argon completion zsh)', 'in ~/.zshrc, after compinit'],
    ['argon completion fish > ~/.config/fish/completions/argon.fish', 'once'],
  ],
  run: async ({ terminal, given }) => {
    await write(terminal.stdout, completionScript(given.required(0) as Shell));
  },
};
