import { ArgonError } from '@argon/wal';
import type { UserName } from './user';

export class UserExistsError extends ArgonError {
  constructor({ user, db }: UserName) {
    super('ARGON_SERVER_USER_EXISTS', `User "${user}@${db}" already exists`, { user, db });
  }
}

export class UserNotFoundError extends ArgonError {
  constructor({ user, db }: UserName) {
    super('ARGON_SERVER_USER_NOT_FOUND', `User '${user}@${db}' not found`, { user, db });
  }
}
