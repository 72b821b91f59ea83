import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';

/** Only simple (binary) comparison is there yet. @throws CommandError for any other collation */
export function checkCollation(collation: Value | undefined): void {
  if (collation === undefined || collation === null) return;
  if (!(collation instanceof Map)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field 'collation' is the wrong type, expected type 'object'`,
    );
  }
  if (collation.size === 0 || collation.get('locale') === 'simple') return;
  throw new CommandError(
    'CommandNotSupported',
    'Collations other than {locale: "simple"} are not supported yet',
  );
}
