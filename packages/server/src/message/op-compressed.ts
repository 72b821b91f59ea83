import type { Compressor } from '../compression/compressor';
import type { Compressors } from '../compression/compressors';
import { ProtocolError } from './errors';
import { HEADER_BYTES, MAX_MESSAGE_BYTES, OPCODES, readHeader, writeHeader } from './header';

/** The opcode within, its size, the compressor. */
const OWN_BYTES = 9;
const NOOP = 0;

/**
 * The message inside of an OP_COMPRESSED, with a header of its own. Source: MongoDB's wire protocol, "OP_COMPRESSED".
 * @param maxBytes the message may be this large
 * @throws ProtocolError for a compressor that was not agreed on, and for what cannot be decompressed
 */
export async function unpack(
  message: Buffer,
  compressors: Compressors,
  maxBytes: number,
): Promise<{ readonly message: Buffer; readonly compressor: Compressor | undefined }> {
  if (message.length < HEADER_BYTES + OWN_BYTES)
    throw new ProtocolError('an OP_COMPRESSED that is cut short');
  const opcode = message.readInt32LE(HEADER_BYTES);
  const size = message.readInt32LE(HEADER_BYTES + 4);
  const id = message[HEADER_BYTES + 8]!;
  if (opcode === OPCODES.compressed) throw new ProtocolError('an OP_COMPRESSED in another');
  if (size < 0 || size > Math.min(maxBytes, MAX_MESSAGE_BYTES) - HEADER_BYTES)
    throw new ProtocolError(`an OP_COMPRESSED of ${size} bytes`);
  const content = message.subarray(HEADER_BYTES + OWN_BYTES);
  const compressor = compressors.byId(id);
  if (compressor === undefined && id !== NOOP)
    throw new ProtocolError(`an OP_COMPRESSED by the unknown compressor ${id}`);
  let bytes: Uint8Array;
  try {
    bytes = compressor === undefined ? content : await compressor.decompress(content, size);
  } catch (error) {
    throw new ProtocolError(`an OP_COMPRESSED that cannot be read (${(error as Error).message})`);
  }
  if (bytes.length !== size) throw new ProtocolError('an OP_COMPRESSED of another size than it says');
  const whole = Buffer.allocUnsafe(HEADER_BYTES + size);
  writeHeader(whole, { ...readHeader(message), length: whole.length, opcode });
  whole.set(bytes, HEADER_BYTES);
  return { message: whole, compressor };
}

/** A message, given in pieces, as OP_COMPRESSED. */
export async function pack(pieces: readonly Uint8Array[], compressor: Compressor): Promise<Buffer> {
  const message = pieces.length === 1 ? Buffer.from(pieces[0]!) : Buffer.concat(pieces);
  const header = readHeader(message);
  const content = message.subarray(HEADER_BYTES);
  const packed = await compressor.compress(content);
  const length = HEADER_BYTES + OWN_BYTES + packed.length;
  const bytes = Buffer.allocUnsafe(length);
  writeHeader(bytes, { ...header, length, opcode: OPCODES.compressed });
  bytes.writeInt32LE(header.opcode, HEADER_BYTES);
  bytes.writeInt32LE(content.length, HEADER_BYTES + 4);
  bytes[HEADER_BYTES + 8] = compressor.id;
  bytes.set(packed, HEADER_BYTES + OWN_BYTES);
  return bytes;
}
