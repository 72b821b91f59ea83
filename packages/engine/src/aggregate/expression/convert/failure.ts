import { CommandError } from '../../../handler/errors';

/** A conversion that cannot be done; `$convert`'s onError answers for it. */
export class ConversionFailure extends CommandError {
  constructor(message: string) {
    super('ConversionFailure', message);
  }
}
