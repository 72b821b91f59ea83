import { randomBytes } from 'node:crypto';

/** The id of a new user: a UUID, version 4. */
export function newUserId(): Buffer {
  const id = randomBytes(16);
  id[6] = (id[6]! & 0x0f) | 0x40;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id;
}
