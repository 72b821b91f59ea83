import { isIPv4, isIPv6 } from 'node:net';

/** Whether only programs of the same machine can reach this address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  if (isIPv4(host)) return host.startsWith('127.');
  return isIPv6(host) && /^(0*:)*0*1$/.test(host);
}

/** `host:port`, with the brackets that IPv6 needs. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
