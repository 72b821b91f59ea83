import type { Compressor } from './compressor';

const MAGIC = 0xfd2fb528;
/** Bytes of the dictionary's id, by the lowest two bits of the frame's descriptor. */
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;

/**
 * What a frame claims to hold, bytes; undefined if it does not say. Source: RFC 8878, 3.1.1.1.
 * @throws for what is not a frame
 */
function claimed(bytes: Uint8Array): number | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 6 || view.readUInt32LE(0) !== MAGIC) throw new Error('not a zstd frame');
  const descriptor = view[4]!;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + DICTIONARY_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  const kind = descriptor >> 6;
  if (kind === 0) return isSingleSegment ? view.readUInt8(at) : undefined;
  if (kind === 1) return view.readUInt16LE(at) + 256;
  return kind === 2 ? view.readUInt32LE(at) : Number(view.readBigUInt64LE(at));
}

/** Loads zstd, which is WebAssembly: no program of the machine's own is needed. */
export async function loadZstd(): Promise<Compressor> {
  const { init, compress, decompress } = await import('@bokuweb/zstd-wasm');
  await init();
  return {
    name: 'zstd',
    id: 3,
    compress: (bytes) => compress(asBuffer(bytes)),
    decompress: (bytes, size) => {
      // Memory for what is claimed is taken before anything is read.
      if ((claimed(bytes) ?? size) !== size) throw new Error('a zstd frame of another size');
      return decompress(asBuffer(bytes), { defaultHeapSize: size });
    },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
