import { checkRole, type GrantedRole } from '@argon/server';
import { UsageError } from '../errors/errors';
import type { Arguments } from './arguments';
import type { OptionDefinition } from './definition';

export const ROLES: OptionDefinition = {
  flags: '--role <role...>',
  description: 'what the user may: read@shop, readWrite@shop~feature-x, root (= root@admin), …',
};

/** The roles that were given, `role@database`. @throws UsageError */
export function rolesOf(given: Arguments): GrantedRole[] | undefined {
  return given.list('role')?.map((text) => {
    const at = text.indexOf('@');
    const role = at < 0 ? { role: text, db: 'admin' } : { role: text.slice(0, at), db: text.slice(at + 1) };
    try {
      checkRole(role);
    } catch {
      throw new UsageError(
        `There is no role '${role.role}' on '${role.db}'. On a project: read, readWrite, dbAdmin, userAdmin, dbOwner; ` +
          'on all: readAnyDatabase, readWriteAnyDatabase, clusterMonitor, root, …',
      );
    }
    return role;
  });
}

/** As it is given: `readWrite@shop`. */
export function roleText({ role, db }: GrantedRole): string {
  return `${role}@${db}`;
}
