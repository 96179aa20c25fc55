import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { noAnswer, type NoAnswer } from './exchange.ts'
import { ResponseReader, type ReadAnswer } from './response-reader.ts'

/** Where to connect, and whom to trust. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly tls?: Trust
}

/** What a certificate is checked against; the authorities of Node unless something else is said. */
export interface Trust {
  /** Certificates in PEM that are trusted besides. */
  readonly ca?: string
  /** Any certificate will do. */
  readonly insecure?: boolean
}

/** What came for one request. */
export interface Received {
  readonly outcome: ReadAnswer | NoAnswer
  /** Whether not a single byte of an answer came. */
  readonly isSilent: boolean
}

interface Exchange {
  readonly reader: ResponseReader
  readonly receive: (received: Received) => void
  hasBegun: boolean
  /** Slices of the time-out that are left. */
  slices: number
}

/** From this size on a body is read alone: a hundred endless answers must not fill the memory together. */
const LARGE = 1024 * 1024
const READ_BYTES = 64 * 1024

/** Lets one after the other read a large body. */
export interface LargeBodies {
  reader: Connection | undefined
  readonly waiting: Connection[]
}

/** One connection that is kept alive, with one request under way at most. */
export class Connection {
  /** Requests that it has carried. */
  uses = 0
  /** When it was given back, as `performance.now()` has it. */
  idleSince = 0
  isOpen = true
  readonly #socket: Socket
  readonly #large: LargeBodies
  readonly #onClose: (connection: Connection) => void
  #exchange: Exchange | undefined
  #error: NodeJS.ErrnoException | undefined
  #isWaiting = false

  constructor(endpoint: Endpoint, large: LargeBodies, onClose: (connection: Connection) => void) {
    this.#large = large
    this.#onClose = onClose
    this.#socket = this.#open(endpoint)
    this.#socket.on('error', (error) => (this.#error = error))
    this.#socket.on('close', () => this.#closed())
    this.#socket.on('end', () => this.#ended())
  }

  /** Sends a request and hears what comes of it. `slices` ticks without a complete answer end it. */
  exchange(bytes: Buffer, request: ExchangeOptions, receive: (received: Received) => void): void {
    this.uses++
    const reader = new ResponseReader(request.method, request.maxBytes)
    this.#exchange = { reader, receive, hasBegun: false, slices: request.slices }
    this.#socket.ref()
    this.#socket.write(bytes)
  }

  /** A slice of the time-out has passed. */
  tick(timeoutMs: number): void {
    const exchange = this.#exchange
    if (exchange === undefined || this.#isWaiting || --exchange.slices > 0) return
    this.#finish(noAnswer('ETIMEDOUT', `no complete answer within ${timeoutMs} ms`))
  }

  destroy(): void {
    this.isOpen = false
    this.#socket.destroy()
  }

  /** It is this one's turn to read a large body. */
  proceed(): void {
    this.#isWaiting = false
    this.#socket.resume()
  }

  #open({ host, port, tls }: Endpoint): Socket {
    if (tls === undefined) {
      const read = (bytes: number, buffer: Uint8Array): boolean => this.#read(Buffer.from(buffer.subarray(0, bytes)))
      return connect({
        host,
        port,
        noDelay: true,
        onread: { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: read },
      })
    }
    const socket = connectTls({
      host,
      port,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: tls.insecure !== true,
      ...(isIP(host) === 0 && { servername: host }),
      ...(tls.ca !== undefined && { ca: tls.ca }),
    })
    socket.setNoDelay(true)
    socket.on('data', (piece: Buffer) => {
      if (!this.#read(piece)) socket.pause()
    })
    return socket
  }

  /** `false`: not further for now. */
  #read(piece: Buffer): boolean {
    const exchange = this.#exchange
    if (exchange === undefined) {
      // Bytes that nobody asked for belong to no answer (RFC 9112, section 9.3).
      this.destroy()
      return true
    }
    exchange.hasBegun = true
    const reading = exchange.reader.push(piece)
    if (reading.kind === 'more') return exchange.reader.size < LARGE || this.#mayReadOn()
    this.#finish(reading.kind === 'broken' ? noAnswer(reading.code, reading.message) : reading)
    return true
  }

  #mayReadOn(): boolean {
    this.#large.reader ??= this
    this.#isWaiting = this.#large.reader !== this
    if (this.#isWaiting) this.#large.waiting.push(this)
    return !this.#isWaiting
  }

  #ended(): void {
    const exchange = this.#exchange
    if (exchange === undefined || !exchange.hasBegun) return
    const reading = exchange.reader.end()
    this.#finish(reading.kind === 'broken' ? noAnswer(reading.code, reading.message) : reading)
  }

  #closed(): void {
    this.isOpen = false
    this.#onClose(this)
    const exchange = this.#exchange
    if (exchange === undefined) return
    if (this.#error === undefined && exchange.hasBegun) return this.#ended()
    const { code = 'ECONNRESET', message } = this.#error ?? {}
    this.#finish(noAnswer(code, message ? message : this.#error ? code : 'the connection was closed without an answer'))
  }

  #finish(outcome: ReadAnswer | NoAnswer): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    this.#exchange = undefined
    if (this.#large.reader === this) {
      this.#large.reader = this.#large.waiting.shift()
      this.#large.reader?.proceed()
    }
    if (outcome.kind === 'no-answer' || !outcome.keepsAlive) this.destroy()
    // Idle connections keep no process alive.
    else this.#socket.unref()
    exchange.receive({ outcome, isSilent: !exchange.hasBegun })
  }
}

export interface ExchangeOptions {
  readonly method: string
  readonly maxBytes: number
  readonly slices: number
}
