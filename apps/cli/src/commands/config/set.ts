import type { CommandDefinition } from '../../cli/definition';
import { writeConfigFile } from '../../config/config-file';
import { checkSetting, shownSetting } from '../../config/flags';
import { SETTING_HELP, SETTINGS, settingName, type SettingDefinition } from '../../config/settings';
import { currentConfig } from '../../config/current';
import { UsageError } from '../../errors/errors';

export const configSet: CommandDefinition = {
  path: 'config set',
  summary: 'change a setting, or take it away',
  arguments: [
    { name: '<name>', description: SETTING_HELP },
    { name: '[value]', description: 'what it shall be' },
  ],
  options: [{ flags: '--unset', description: 'take the setting away' }],
  examples: [
    ['argon config set user ada', 'who history shall say it was'],
    ['argon config set branch --unset', 'back to the default'],
    ['argon config set legacy.uri mongodb://localhost/shop', 'attach a database with prefixed branches'],
    ['argon config set wal.enabled true', 'let branches of it live in the log'],
  ],
  run: async (context) => {
    const { given, output } = context;
    const name = settingName(given.required(0));
    const value = given.at(1);
    if ((value === undefined) !== given.flag('unset')) throw new UsageError('Give a value, or --unset.');
    if (value !== undefined) checkSetting(name, value);
    const file = await currentConfig(context);
    if (name === 'store' && !file.path.includes('.argonrc')) {
      throw new UsageError(
        `'store' can only be set where there is no .argon folder; ${file.path} belongs to one.`,
      );
    }
    await writeConfigFile(file, { [name]: value });
    const { variable }: SettingDefinition = SETTINGS[name];
    const word = variable === undefined ? undefined : context.terminal.env[variable];
    const overridden = word !== undefined && word !== '';
    if (overridden) await output.note(`note: ${variable} is set, and goes before the file`);
    await output.result({ name, value: value ?? null, file: file.path, overridden }, () => [
      value === undefined ? `${name} is not set any more` : `${name} = ${shownSetting(name, value)}`,
    ]);
  },
};
