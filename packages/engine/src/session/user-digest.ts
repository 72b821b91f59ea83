import { createHash } from 'node:crypto';

/** What stands for a session's user (`uid`), as mongod computes it. @param user empty: nobody has signed in */
export function userDigest(user: string): Buffer {
  return createHash('sha256')
    .update(user === '' ? '' : `${user}@admin`)
    .digest();
}
