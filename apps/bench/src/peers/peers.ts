import type { GitPeer } from './git';
import type { MongodPeer } from './mongod';

/** What Argon is measured beside, as far as it is on this machine. */
export interface Peers {
  readonly mongod: MongodPeer | undefined;
  readonly git: GitPeer | undefined;
}
