import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import saslprep from '@mongodb-js/saslprep';
import type { ScramCredentials } from '../users/user';

const derive = promisify(pbkdf2);

/** mongod's scramSHA256IterationCount. */
const ITERATIONS = 15_000;
const SALT_BYTES = 28;
const KEY_BYTES = 32;

/**
 * The keys of a password, with a salt of their own. Source: RFC 5802, section 3; RFC 7677.
 * @throws Error for a password that SASLprep (RFC 4013) does not take
 */
export async function credentialsOf(
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
  iterationCount = ITERATIONS,
): Promise<ScramCredentials> {
  const salted = await derive(saslprep(password), salt, iterationCount, KEY_BYTES, 'sha256');
  return {
    iterationCount,
    salt,
    storedKey: hash(hmac(salted, 'Client Key')),
    serverKey: hmac(salted, 'Server Key'),
  };
}

/**
 * Keys that no password has, the same for the same name: whoever logs in as nobody is told no sooner than others that it
 * was in vain.
 */
export function nobodysCredentials(secret: Buffer, name: string): ScramCredentials {
  const salt = hmac(secret, name).subarray(0, SALT_BYTES);
  return {
    iterationCount: ITERATIONS,
    salt,
    storedKey: randomBytes(KEY_BYTES),
    serverKey: randomBytes(KEY_BYTES),
  };
}

export function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function hash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
