import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ScramCredentials, UserName } from '../users/user';
import { hash, hmac } from './credentials';

const NONCE_BYTES = 24;
/** Channel binding is neither offered nor taken: `biws` is base64 of `n,,`. */
const NO_BINDING = 'biws';

/** The client's part of SCRAM was wrong; why is not for it to know. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

/** What a client begins with. Source: RFC 5802, section 7, `client-first-message`. @throws LoginRefused */
export function readClientFirst(payload: string): {
  readonly user: string;
  readonly nonce: string;
  readonly bare: string;
} {
  const found = /^n,,(n=([^,]*),r=([^,]+))$/.exec(payload);
  if (found === null) throw new LoginRefused('not a client-first-message');
  const [, bare, name, nonce] = found as unknown as [string, string, string, string];
  if (/=(?!2C|3D)/.test(name)) throw new LoginRefused('a name with an escape that there is not');
  return { user: name.replaceAll('=2C', ',').replaceAll('=3D', '='), nonce, bare };
}

/** A login by SCRAM-SHA-256 on the server's side. Source: RFC 5802, RFC 7677. */
export class ScramConversation {
  readonly #nonce: string;
  readonly #serverFirst: string;
  readonly #clientFirst: string;
  /** It has proved who it is; what is left is an exchange of nothing, which some clients want. */
  isProved = false;

  constructor(
    readonly name: UserName,
    private readonly credentials: ScramCredentials,
    clientFirst: { readonly nonce: string; readonly bare: string },
    /** Whether the client wants no empty exchange at the end. */
    readonly skipsEmptyExchange: boolean,
  ) {
    const { salt, iterationCount } = credentials;
    this.#nonce = clientFirst.nonce + randomBytes(NONCE_BYTES).toString('base64');
    this.#clientFirst = clientFirst.bare;
    this.#serverFirst = `r=${this.#nonce},s=${salt.toString('base64')},i=${iterationCount}`;
  }

  /** What the client is answered at first. */
  get serverFirst(): string {
    return this.#serverFirst;
  }

  /** Checks the client's proof, and gives the server's. @throws LoginRefused */
  finish(payload: string): string {
    const found = /^(c=([^,]*),r=([^,]*)),p=([^,]*)$/.exec(payload);
    if (found === null) throw new LoginRefused('not a client-final-message');
    const [, withoutProof, binding, nonce, proof] = found as unknown as [
      string,
      string,
      string,
      string,
      string,
    ];
    if (binding !== NO_BINDING || nonce !== this.#nonce) throw new LoginRefused('another conversation');
    const message = `${this.#clientFirst},${this.#serverFirst},${withoutProof}`;
    const { storedKey, serverKey } = this.credentials;
    const signature = hmac(storedKey, message);
    const given = Buffer.from(proof, 'base64');
    if (given.length !== signature.length) throw new LoginRefused('a proof of another length');
    const clientKey = signature.map((byte, i) => byte ^ given[i]!);
    if (!timingSafeEqual(hash(clientKey), storedKey)) throw new LoginRefused('the wrong password');
    this.isProved = true;
    return `v=${hmac(serverKey, message).toString('base64')}`;
  }
}
