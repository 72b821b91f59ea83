import type { CommandDefinition } from '../../cli/definition';
import { writeConfigFile } from '../../config/config-file';
import { settingName } from '../../config/settings';
import { currentConfig } from '../../config/current';
import { UsageError } from '../../errors/errors';

export const configSet: CommandDefinition = {
  path: 'config set',
  summary: 'change a setting, or take it away',
  arguments: [
    { name: '<name>', description: 'project, branch, user or store' },
    { name: '[value]', description: 'what it shall be' },
  ],
  options: [{ flags: '--unset', description: 'take the setting away' }],
  examples: [
    ['argon config set user ada', 'who history shall say it was'],
    ['argon config set branch --unset', 'back to the default'],
  ],
  run: async (context) => {
    const { given, output } = context;
    const name = settingName(given.required(0));
    const value = given.at(1);
    if ((value === undefined) !== given.flag('unset')) throw new UsageError('Give a value, or --unset.');
    const file = await currentConfig(context);
    if (name === 'store' && !file.path.includes('.argonrc')) {
      throw new UsageError(
        `'store' can only be set where there is no .argon folder; ${file.path} belongs to one.`,
      );
    }
    await writeConfigFile(file, { [name]: value });
    await output.result({ name, value: value ?? null, file: file.path }, () => [
      value === undefined ? `${name} is not set any more` : `${name} = ${value}`,
    ]);
  },
};
