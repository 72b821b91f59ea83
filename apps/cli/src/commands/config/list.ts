import type { CommandDefinition } from '../../cli/definition';
import { currentConfig } from '../../config/current';
import { effectiveSettings } from '../../config/effective';
import { shownSetting } from '../../config/flags';
import { SETTING_NAMES, SETTINGS } from '../../config/settings';

export const configList: CommandDefinition = {
  path: 'config list',
  aliases: ['ls'],
  summary: 'list all settings, and the file that holds them',
  details:
    'An environment variable goes before the file, and the file before the default; --origin tells which of them it is. ' +
    'Passwords are not shown.',
  options: [{ flags: '--origin', description: 'say where each value comes from' }],
  examples: [
    ['argon config list --origin', ''],
    ['argon config list --json', '{"file", "settings": {"project": …}, "origins": {"project": …}}'],
  ],
  run: async (context) => {
    const file = await currentConfig(context);
    const effective = effectiveSettings(file, context.terminal.env);
    const withOrigin = context.given.flag('origin');
    const rows = SETTING_NAMES.map((name) => {
      const { value, origin } = effective[name];
      return { name, value: value === undefined ? undefined : shownSetting(name, value), origin };
    });
    const known = rows.filter(({ value }) => value !== undefined);
    const value = {
      file: file.path,
      settings: Object.fromEntries(known.map((row) => [row.name, row.value])),
      origins: Object.fromEntries(known.map((row) => [row.name, row.origin])),
    };
    await context.output.result(value, () => [
      context.output.table(
        [{ title: 'Setting' }, { title: 'Value' }, { title: withOrigin ? 'Origin' : 'Meaning' }],
        rows.map((row) => [
          row.name,
          row.value ?? '',
          withOrigin ? (row.origin ?? '') : SETTINGS[row.name].meaning,
        ]),
      ),
      '',
      `File: ${file.path}`,
    ]);
  },
};
