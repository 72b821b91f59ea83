import pico from 'picocolors';
import type { OutputStream, Terminal } from '../cli/terminal';

export type Colours = ReturnType<typeof pico.createColors>;

/**
 * Colours on a terminal, none elsewhere. `NO_COLOR` (no-color.org) turns them off, `FORCE_COLOR` on; `--no-color` goes
 * before both.
 */
export function coloursFor(stream: OutputStream, env: Terminal['env'], wanted = true): Colours {
  const isSet = (name: string) => env[name] !== undefined && env[name] !== '';
  const on = isSet('NO_COLOR')
    ? false
    : isSet('FORCE_COLOR')
      ? env['FORCE_COLOR'] !== '0'
      : stream.isTTY === true && env['TERM'] !== 'dumb';
  return pico.createColors(wanted && on);
}
