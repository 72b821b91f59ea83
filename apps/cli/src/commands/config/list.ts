import type { CommandDefinition } from '../../cli/definition';
import { SETTING_NAMES, SETTINGS } from '../../config/settings';
import { currentConfig } from '../../config/current';

export const configList: CommandDefinition = {
  path: 'config list',
  aliases: ['ls'],
  summary: 'list all settings, and the file that holds them',
  examples: [
    ['argon config list', ''],
    ['argon config list --json', '{"file", "settings": {"project": …}}'],
  ],
  run: async (context) => {
    const { path, settings } = await currentConfig(context);
    await context.output.result({ file: path, settings }, () => [
      context.output.table(
        [{ title: 'Setting' }, { title: 'Value' }, { title: 'Meaning' }],
        SETTING_NAMES.map((name) => [name, settings[name] ?? '', SETTINGS[name]]),
      ),
      '',
      `File: ${path}`,
    ]);
  },
};
