import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { noAnswer, type NoAnswer } from './exchange.ts'

/** Unpacks a body up to a size; what does not unpack or is larger is no answer. Codings that are unknown are left as they are. */
export function decodeBody(raw: Buffer, encoding: string | undefined, maxBytes: number): Buffer | NoAnswer {
  if (encoding === undefined || raw.length === 0) return raw
  const name = encoding.trim().toLowerCase()
  const unpack = unpackers[name]
  if (unpack === undefined) return raw
  try {
    return unpack(raw, { maxOutputLength: maxBytes })
  } catch (error) {
    const isLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return isLong
      ? noAnswer('EMSGSIZE', `the answer is longer than ${maxBytes} bytes when it is unpacked from ${name}`)
      : noAnswer('EENCODING', `the body is not ${name}: ${(error as Error).message}`)
  }
}

type Unpack = (raw: Buffer, options: { readonly maxOutputLength: number }) => Buffer

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  br: brotliDecompressSync,
  // Some servers send the bare format (RFC 9110, section 8.4.1.2).
  deflate: (raw, options) => ((raw[0] ?? 0) % 16 === 8 ? inflateSync(raw, options) : inflateRawSync(raw, options)),
}
