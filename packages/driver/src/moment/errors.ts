import { ArgonError } from '@argon/wal';

/** A moment was asked for that cannot be one: an invalid Date, or an LSN that is no positive integer. */
export class InvalidMomentError extends ArgonError {
  constructor(kind: string, given: string, expected: string) {
    super(
      'ARGON_DRIVER_INVALID_MOMENT',
      `${given} is no ${kind} that a branch could be read at; give ${expected}.`,
      {
        kind,
        given,
      },
    );
  }
}
