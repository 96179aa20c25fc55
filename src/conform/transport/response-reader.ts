import { readHead, type ResponseHead } from './response-head.ts'

/** An answer whose last byte has come. */
export interface ReadAnswer {
  readonly kind: 'answer'
  readonly head: ResponseHead
  /** As it came, perhaps compressed. */
  readonly body: Buffer
  readonly keepsAlive: boolean
}

/** What came is no answer. */
export interface BrokenAnswer {
  readonly kind: 'broken'
  readonly code: 'EFRAMING' | 'EABORTED' | 'EMSGSIZE'
  readonly message: string
}

export type Reading = ReadAnswer | BrokenAnswer | { readonly kind: 'more' }

const MORE = { kind: 'more' } as const
const MAX_HEAD_BYTES = 64 * 1024
const MAX_CHUNK_LINE = 4096
const EMPTY = Buffer.alloc(0)
const HEAD_END = Buffer.from('\r\n\r\n')

/** Reads one answer from the pieces in which it comes (RFC 9112). The pieces are kept, and must not change afterwards. */
export class ResponseReader {
  readonly #method: string
  readonly #maxBytes: number
  #rest: Buffer = EMPTY
  #head: ResponseHead | undefined
  #parts: Buffer[] = []
  #size = 0
  /** Bytes of the chunk under way that are still to come, with its line break; `undefined` between chunks. */
  #chunk: number | undefined
  #isTrailer = false

  constructor(method: string, maxBytes: number) {
    this.#method = method
    this.#maxBytes = maxBytes
  }

  /** Bytes of the body that have come so far. */
  get size(): number {
    return this.#size
  }

  push(piece: Buffer): Reading {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    while (this.#head === undefined) {
      const head = this.#readHead()
      if ('kind' in head) return head
      // A preliminary answer such as 103 comes before the one that counts.
      if (head.status >= 200 || head.status === 101) this.#head = head
    }
    return this.#readBody(this.#head)
  }

  /** The connection has ended: the last chance for an answer without a length. */
  end(): ReadAnswer | BrokenAnswer {
    if (this.#head?.framing.kind === 'until-close') return this.#done(this.#head)
    const { framing } = this.#head ?? {}
    const wanted = framing?.kind === 'length' ? ` of ${framing.bytes}` : ''
    return broken(
      'EABORTED',
      this.#head === undefined
        ? 'the answer broke off in its head'
        : `the answer broke off after ${this.#size}${wanted} bytes of its body`,
    )
  }

  #readHead(): ResponseHead | Exclude<Reading, ReadAnswer> {
    const end = headEnd(this.#rest)
    if (end === undefined) {
      if (this.#rest.length > MAX_HEAD_BYTES)
        return broken('EFRAMING', 'the answer is not HTTP: its head does not end within 64 KiB')
      const isOdd = this.#rest.length >= 5 && this.#rest.toString('latin1', 0, 5) !== 'HTTP/'
      return isOdd ? notHttp(readHead(this.#rest.toString('latin1', 0, 60), '')) : MORE
    }
    const head = readHead(this.#rest.toString('latin1', 0, end.from), this.#method)
    if ('problem' in head) return notHttp(head)
    this.#rest = this.#rest.subarray(end.to)
    return head
  }

  #readBody(head: ResponseHead): Reading {
    switch (head.framing.kind) {
      case 'none':
        // What comes all the same is shown as its body.
        return this.#take(this.#rest.length) ?? this.#done(head, this.#size === 0)
      case 'length':
        return this.#readLength(head, head.framing.bytes)
      case 'until-close':
        return this.#take(this.#rest.length) ?? MORE
      case 'chunked':
        return this.#readChunks(head)
    }
  }

  #readLength(head: ResponseHead, bytes: number): Reading {
    if (bytes > this.#maxBytes) return tooLong(this.#maxBytes)
    const problem = this.#take(Math.min(this.#rest.length, bytes - this.#size))
    if (problem) return problem
    if (this.#rest.length > 0)
      return broken('EFRAMING', 'the answer goes on after the end that its Content-Length tells')
    return this.#size === bytes ? this.#done(head) : MORE
  }

  #readChunks(head: ResponseHead): Reading {
    for (;;) {
      if (this.#chunk === undefined) {
        const line = this.#line()
        if (line === undefined) return this.#rest.length > MAX_CHUNK_LINE ? badChunk() : MORE
        if (this.#isTrailer) {
          if (line === '') return this.#done(head, this.#rest.length === 0)
          continue
        }
        const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1]
        if (size === undefined) return badChunk()
        this.#isTrailer = Number.parseInt(size, 16) === 0
        if (!this.#isTrailer) this.#chunk = Number.parseInt(size, 16)
        continue
      }
      if (this.#chunk > 0) {
        const taken = Math.min(this.#rest.length, this.#chunk)
        const problem = this.#take(taken)
        if (problem) return problem
        this.#chunk -= taken
        if (this.#chunk > 0) return MORE
      }
      const line = this.#line()
      if (line === undefined) return this.#rest.length > 2 ? badChunk() : MORE
      if (line !== '') return badChunk()
      this.#chunk = undefined
    }
  }

  /** The next line, without its end; `undefined` while it has not come. */
  #line(): string | undefined {
    const end = this.#rest.indexOf(10)
    if (end < 0) return undefined
    const line = this.#rest.toString('latin1', 0, end > 0 && this.#rest[end - 1] === 13 ? end - 1 : end)
    this.#rest = this.#rest.subarray(end + 1)
    return line
  }

  #take(bytes: number): BrokenAnswer | undefined {
    if (bytes === 0) return undefined
    this.#parts.push(bytes === this.#rest.length ? this.#rest : this.#rest.subarray(0, bytes))
    this.#rest = bytes === this.#rest.length ? EMPTY : this.#rest.subarray(bytes)
    this.#size += bytes
    return this.#size > this.#maxBytes ? tooLong(this.#maxBytes) : undefined
  }

  #done(head: ResponseHead, isClean = true): ReadAnswer {
    const [first = EMPTY] = this.#parts
    const body = this.#parts.length < 2 ? first : Buffer.concat(this.#parts)
    return { kind: 'answer', head, body, keepsAlive: head.keepsAlive && isClean }
  }
}

function headEnd(bytes: Buffer): { readonly from: number; readonly to: number } | undefined {
  const at = bytes.indexOf(HEAD_END)
  if (at >= 0) return { from: at, to: at + 4 }
  // A line may end with the line feed alone (RFC 9112, section 2.2).
  const bare = /\n\r?\n/.exec(bytes.toString('latin1', 0, MAX_HEAD_BYTES))
  return bare ? { from: bare.index, to: bare.index + bare[0].length } : undefined
}

function broken(code: BrokenAnswer['code'], message: string): BrokenAnswer {
  return { kind: 'broken', code, message }
}

function notHttp(head: ResponseHead | { readonly problem: string }): BrokenAnswer {
  return broken('EFRAMING', `the answer is not HTTP: ${'problem' in head ? head.problem : 'its head has no end'}`)
}

function badChunk(): BrokenAnswer {
  return broken('EFRAMING', 'the answer is not HTTP: its chunks have no valid lengths')
}

function tooLong(maxBytes: number): BrokenAnswer {
  return broken('EMSGSIZE', `the answer is longer than ${maxBytes} bytes`)
}
