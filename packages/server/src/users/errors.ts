import { ArgonError } from '@argon/wal';
import type { UserName } from './user';

/** There is a user of this name in this database already. Choose another name, or change that user. */
export class UserExistsError extends ArgonError {
  constructor({ user, db }: UserName) {
    super('ARGON_SERVER_USER_EXISTS', `User "${user}@${db}" already exists`, { user, db });
  }
}

/** No user has this name in this database. List the users to see who does; a user is looked for where it was made. */
export class UserNotFoundError extends ArgonError {
  constructor({ user, db }: UserName) {
    super('ARGON_SERVER_USER_NOT_FOUND', `User '${user}@${db}' not found`, { user, db });
  }
}
