import { MONGO_CODES } from '../handler/errors';

/** Codes that only other servers' troubles have. */
const FURTHER: Readonly<Record<number, string>> = {
  6: 'HostUnreachable',
  7: 'HostNotFound',
  24: 'LockTimeout',
  89: 'NetworkTimeout',
  91: 'ShutdownInProgress',
  189: 'PrimarySteppedDown',
  262: 'ExceededTimeLimit',
  9001: 'SocketException',
  11602: 'InterruptedDueToReplStateChange',
  13435: 'NotPrimaryNoSecondaryOk',
  13436: 'NotPrimaryOrSecondary',
};

const NAMES = new Map<number, string>(Object.entries(MONGO_CODES).map(([name, code]) => [code, name]));

/** mongod's name of an error's code. */
export function codeNameOf(code: number): string {
  return NAMES.get(code) ?? FURTHER[code] ?? `Location${code}`;
}
