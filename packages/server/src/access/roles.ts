import { CommandError, parseAddress } from '@argon/engine';
import type { GrantedRole } from '../users/user';
import type { Action } from './actions';

/** On the database that it is granted on, or on any. */
interface Role {
  readonly actions: readonly Action[];
  readonly isAnywhere?: boolean;
}

const READ: readonly Action[] = ['read'];
const WRITE: readonly Action[] = ['read', 'write'];
const OWN: readonly Action[] = ['read', 'write', 'structure', 'users'];

/** mongod's built-in roles, as far as there is something here that they are about. */
const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['read', { actions: READ }],
  ['readWrite', { actions: WRITE }],
  ['dbAdmin', { actions: ['structure'] }],
  ['userAdmin', { actions: ['users'] }],
  ['dbOwner', { actions: OWN }],
  ['readAnyDatabase', { actions: READ, isAnywhere: true }],
  ['readWriteAnyDatabase', { actions: WRITE, isAnywhere: true }],
  ['dbAdminAnyDatabase', { actions: ['structure'], isAnywhere: true }],
  ['userAdminAnyDatabase', { actions: ['users'], isAnywhere: true }],
  ['clusterMonitor', { actions: ['watch'], isAnywhere: true }],
  ['clusterAdmin', { actions: ['watch', 'rule'], isAnywhere: true }],
  ['root', { actions: [...OWN, 'watch', 'rule'], isAnywhere: true }],
]);

/** Roles that a database has; those of the whole server are `admin`'s alone. */
export function rolesOn(db: string): readonly string[] {
  return [...ROLES].filter(([, role]) => db === 'admin' || role.isAnywhere !== true).map(([name]) => name);
}

/** @throws CommandError RoleNotFound */
export function checkRole({ role, db }: GrantedRole): void {
  if (!rolesOn(db).includes(role))
    throw new CommandError('RoleNotFound', `Could not find role: ${role}@${db}`);
}

/**
 * Whether somebody with these roles may do something on a database. A role on a project holds for all its branches and
 * moments; one on a branch (`shop~feature-x`) for that branch and its moments.
 */
export function may(roles: readonly GrantedRole[], action: Action, database: string): boolean {
  if (action === 'open' || action === 'user') return true;
  return roles.some((granted) => {
    const role = ROLES.get(granted.role);
    if (role === undefined || !role.actions.includes(action)) return false;
    return role.isAnywhere === true ? granted.db === 'admin' : covers(granted.db, database);
  });
}

function covers(granted: string, database: string): boolean {
  if (granted === database) return true;
  try {
    const to = parseAddress(granted);
    const wanted = parseAddress(database);
    if (to.project !== wanted.project || to.moment !== undefined) return false;
    return !granted.includes('~') || to.branch === wanted.branch;
  } catch {
    return false;
  }
}
