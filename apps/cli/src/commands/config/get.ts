import type { CommandDefinition } from '../../cli/definition';
import { settingName } from '../../config/settings';
import { EXIT } from '../../errors/exit-code';
import { currentConfig } from '../../config/current';

export const configGet: CommandDefinition = {
  path: 'config get',
  summary: 'show a setting',
  details: 'Ends with code 1, and prints nothing, if it is not set.',
  arguments: [{ name: '<name>', description: 'project, branch, user or store' }],
  examples: [['argon config get user', '']],
  run: async (context) => {
    const name = settingName(context.given.required(0));
    const { settings } = await currentConfig(context);
    const value = settings[name];
    if (context.output.json) await context.output.result({ name, value: value ?? null }, () => []);
    else if (value !== undefined) await context.output.result({}, () => [value]);
    return value === undefined ? EXIT.failure : EXIT.ok;
  },
};
