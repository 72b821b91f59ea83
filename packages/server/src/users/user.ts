/** A user is known by name and by the database that it was made in. */
export interface UserName {
  readonly user: string;
  readonly db: string;
}

/** What a user may: a built-in role, on a database. */
export interface GrantedRole {
  readonly role: string;
  readonly db: string;
}

/** SCRAM-SHA-256's keys. Source: RFC 5802, RFC 7677. None of them is the password, or gives it. */
export interface ScramCredentials {
  readonly iterationCount: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export interface User extends UserName {
  /** A UUID's bytes. */
  readonly userId: Uint8Array;
  readonly credentials: ScramCredentials;
  readonly roles: readonly GrantedRole[];
}
