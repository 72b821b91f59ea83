import { stringifyEjson, type Value } from '@argon/bson';
import { ArgonError, type Lsn } from '@argon/wal';

/** A branch was to be written where other collections lie. */
export class SiteNotEmptyError extends ArgonError {
  constructor(branch: string, location: string, collections: readonly string[]) {
    const names = `${collections.slice(0, 5).join(', ')}${collections.length > 5 ? ', …' : ''}`;
    super(
      'ARGON_MIGRATE_SITE_NOT_EMPTY',
      `Could not check out branch '${branch}' to ${location}: there are collections already that are not from a checkout of it (${names}). Choose an empty database, or ask for what is there to be overwritten (--overwrite).`,
      { branch, location, collections: collections.slice(0, 100) },
    );
  }
}

/** Somebody else writes a branch to this place now. */
export class SiteBusyError extends ArgonError {
  constructor(location: string, holder: string) {
    super(
      'ARGON_MIGRATE_SITE_BUSY',
      `Could not check out to ${location}: ${holder} is writing a branch there now. Wait for it, or stop it; one that has died is given up after a few seconds.`,
      { location, holder },
    );
  }
}

/** Another process has taken over the site that this one wrote to. */
export class SiteLostError extends ArgonError {
  constructor(location: string) {
    super(
      'ARGON_MIGRATE_SITE_LOST',
      `Stopped writing to ${location}: another process has taken over there, as this one gave no sign of life for too long. Nothing is lost; follow the other one.`,
      { location },
    );
  }
}

/** MongoDB does not take something that the branch holds. */
export class SiteRefusedError extends ArgonError {
  constructor(
    location: string,
    collection: string,
    problem: string,
    of: { readonly id?: Value | undefined; readonly index?: string; readonly code?: number } = {},
  ) {
    const document = of.id === undefined ? '' : ` document ${stringifyEjson(of.id)} of`;
    const index = of.index === undefined ? '' : ` index '${of.index}' of`;
    super(
      'ARGON_MIGRATE_SITE_REFUSED',
      `Could not write${document}${index} collection '${collection}' to ${location}: ${problem}. Change it on the branch, or at the site if something there is in its way, and go on with the same call.`,
      {
        location,
        collection,
        ...(of.id === undefined ? {} : { id: stringifyEjson(of.id) }),
        ...(of.index === undefined ? {} : { index: of.index }),
        ...(of.code === undefined ? {} : { mongoCode: of.code }),
      },
    );
  }
}

/** What a site holds of a branch cannot be read any more, so it is not known what changed since. */
export class CheckoutPositionLostError extends ArgonError {
  constructor(branch: string, location: string, lsn: Lsn, cause: unknown) {
    super(
      'ARGON_MIGRATE_CHECKOUT_POSITION_LOST',
      `Could not bring ${location} up to date: it holds branch '${branch}' at LSN ${lsn}, which cannot be read any more. Ask for what is there to be overwritten (--overwrite): what is equal stays.`,
      { branch, location, lsn },
      { cause },
    );
  }
}
