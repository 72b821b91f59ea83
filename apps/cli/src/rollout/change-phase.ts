import type { Phase } from '@argon/branch/rollout';
import type { CommandContext } from '../cli/context';
import { confirm } from '../cli/confirm';
import { writeConfigFile, type ConfigFile } from '../config/config-file';
import { effectiveSettings } from '../config/effective';
import type { SettingName } from '../config/settings';
import { phaseText, settingsIn } from './state';

/** Goes to a phase, or to before the first: shows what settings become, asks, and writes them in one step. */
export async function changePhase(
  context: CommandContext,
  file: ConfigFile,
  to: Phase | undefined,
  action: string,
): Promise<void> {
  const { output, terminal } = context;
  const now = Date.now();
  const settings = settingsIn(to, now);
  const names = (Object.keys(settings) as SettingName[]).filter((name) => name !== 'rollout.since');
  const changes = names
    .map((name) => ({ name, from: file.settings[name] ?? null, to: settings[name] ?? null }))
    .filter((change) => change.from !== change.to);
  const lines = changes.map((change) => `  ${change.name}: ${change.from ?? '–'} → ${change.to ?? '–'}`);
  if (!context.given.flag('yes')) await output.note(lines.join('\n'));
  await confirm(context, action);
  await writeConfigFile(file, settings);
  const written: ConfigFile = { ...file, settings: settings as ConfigFile['settings'] };
  const effective = effectiveSettings(written, terminal.env);
  const overridden = names.filter((name) => effective[name].origin?.startsWith('environment') === true);
  for (const name of overridden)
    await output.note(
      `note: ${effective[name].origin!.replace('environment ', '')} goes before '${name}' in the file`,
    );
  await output.result({ phase: to?.name ?? null, changes, overridden, file: file.path }, () => [
    to === undefined
      ? 'The rollout is back before its first phase; the log is off.'
      : `Phase: ${to.name} – ${phaseText(to)}`,
  ]);
}
