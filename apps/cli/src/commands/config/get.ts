import type { CommandDefinition } from '../../cli/definition';
import { currentConfig } from '../../config/current';
import { effectiveSettings } from '../../config/effective';
import { SETTING_HELP, settingName } from '../../config/settings';
import { EXIT } from '../../errors/exit-code';

export const configGet: CommandDefinition = {
  path: 'config get',
  summary: 'show a setting',
  details:
    'As it counts: the environment goes before the file. Ends with code 1, and prints nothing, if it is not set.',
  arguments: [{ name: '<name>', description: SETTING_HELP }],
  examples: [['argon config get user', '']],
  run: async (context) => {
    const name = settingName(context.given.required(0));
    const { value } = effectiveSettings(await currentConfig(context), context.terminal.env)[name];
    if (context.output.json) await context.output.result({ name, value: value ?? null }, () => []);
    else if (value !== undefined) await context.output.result({}, () => [value]);
    return value === undefined ? EXIT.failure : EXIT.ok;
  },
};
