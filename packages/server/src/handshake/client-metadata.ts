import { encodeDocument, type Doc, type Value } from '@argon/bson';
import { CommandError } from '@argon/engine';
import type { Peer } from '../connection/peer';

const MAX_APP_NAME_BYTES = 128;
/** mongod cuts what is longer off for the log; here it is refused, and it takes more than any driver sends. */
const MAX_BYTES = 4096;

/**
 * Takes note of the `client` document with which drivers describe themselves.
 * @throws CommandError as mongod's, for one that is malformed or comes twice
 */
export function describePeer(peer: Peer, client: Value): void {
  if (!(client instanceof Map)) {
    throw new CommandError('TypeMismatch', 'The client metadata must be a document');
  }
  if (peer.isDescribed) {
    throw new CommandError(
      'ClientMetadataCannotBeMutated',
      'The client metadata document may only be sent in the first hello',
    );
  }
  if (encodeDocument(client).length > MAX_BYTES) {
    throw new CommandError(
      'ClientMetadataDocumentTooLarge',
      `The client metadata document must be less then or equal to ${MAX_BYTES} bytes`,
    );
  }
  const driver = required(client, 'driver');
  requiredText(driver, 'driver', 'name');
  requiredText(driver, 'driver', 'version');
  requiredText(required(client, 'os'), 'os', 'type');
  const application = client.get('application');
  if (application instanceof Map) {
    const name = application.get('name');
    if (typeof name === 'string') {
      if (Buffer.byteLength(name) > MAX_APP_NAME_BYTES) {
        throw new CommandError(
          'ClientMetadataAppNameTooLarge',
          `The 'application.name' field in the client metadata document must be less then or equal to ${MAX_APP_NAME_BYTES} bytes`,
        );
      }
      peer.named(name);
    }
  }
  peer.isDescribed = true;
}

function required(client: Doc, field: string): Doc {
  const found = client.get(field);
  if (found instanceof Map) return found;
  throw new CommandError(
    'ClientMetadataMissingField',
    `Missing required sub-document '${field}' in the client metadata document`,
  );
}

function requiredText(part: Doc, name: string, field: string): void {
  if (typeof part.get(field) === 'string') return;
  throw new CommandError(
    'ClientMetadataMissingField',
    `Missing required field '${field}' in the client metadata document's '${name}' sub-document`,
  );
}
