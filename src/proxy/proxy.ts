import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UnderstudyError } from '../errors.ts'
import { proxyParts } from '../control/control-plane.ts'
import { registerControlPlane } from '../control/register.ts'
import { problemAnswer } from '../mock/engine/engine.ts'
import { type Refusal, type RequestHead, type Rules } from '../mock/handlers/handler.ts'
import { checkHostnames, createAccessPolicy, refuseAccess } from '../mock/server/access.ts'
import { createBrokenRequestHandler } from '../mock/server/broken-request.ts'
import { drain } from '../mock/server/drain.ts'
import { createPipeline } from '../mock/server/pipeline.ts'
import { createApp } from '../mock/server/app.ts'
import { Control } from '../mock/session/control.ts'
import { createRedactor } from '../mock/session/redact.ts'
import { ProviderStates } from '../mock/session/provider-states.ts'
import type { Violation } from '../mock/session/session.ts'
import { loadSeed } from '../fixtures/load.ts'
import type { Api } from '../openapi/api.ts'
import type { Trust } from '../conform/transport/connection.ts'
import { createForwarder, type Forwarder } from './forward.ts'
import { isOwn, ownFixtures } from '../paths.ts'
import { createHarLog, type HarLog } from './har.ts'
import { observedSessions, observingEngine } from './observed-api.ts'
import { Recorder } from './recorder.ts'
import { type ProxySummary, Watcher } from './watcher.ts'

export interface ProxyOptions {
  readonly api: Api
  /** Notations that the API accepts beside the documented ones are rewritten before a query is validated. */
  readonly normalizeQuery?: Rules['normalizeQuery']
  /** Base URL of the real server. */
  readonly upstream: string
  /** Default 0, a free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Names by which it may be asked beside `localhost`, `*.localhost`, IP addresses and `host`. */
  readonly allowHosts?: readonly string[]
  /** How long the real server may stay silent. Default 30,000. */
  readonly timeoutMs?: number
  /** What the certificate of the real server is checked against. */
  readonly trust?: Trust
  /** File for an HTTP Archive of what went by, secrets masked; written at the end. */
  readonly har?: string
  /** Folder for fixtures made of the answers. */
  readonly record?: string
  readonly onViolation?: (violation: Violation) => void
  /** How large an answer may be when it is unpacked, before that is a finding. Default 64 MiB. */
  readonly maxUnpackedBytes?: number
}

export interface Proxy {
  readonly url: string
  summary(): ProxySummary
  /** Ends the proxy and writes what was recorded. */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

/**
 * A proxy in front of a real server: everything is passed on unchanged, both ways, and validated against the spec on the way.
 * Throws USAGE for an upstream that is no URL, FIXTURE_… for a folder with other fixtures, PORT_UNAVAILABLE.
 */
export async function createProxy(options: ProxyOptions): Promise<Proxy> {
  const { api, record, host = '127.0.0.1', port = 0, onViolation, maxUnpackedBytes } = options
  checkHostnames(options.allowHosts)
  const forwarder = createForwarder(upstreamOf(options.upstream), options.timeoutMs ?? 30_000, options.trust)
  const engine = observingEngine(api, options.normalizeQuery)
  const redact = createRedactor([api])
  const sessions = observedSessions(api, redact)
  const app = await createApp({ engines: [], sessions })
  const control = new Control({ apis: [api], sessions, states: new ProviderStates([], []) })
  registerControlPlane(app, { control, engines: [engine], parts: proxyParts })
  await app.ready()
  const recorder = record === undefined ? undefined : new Recorder(api, redact, loadSeed(api, record))
  const har = options.har === undefined ? undefined : createHarLog(redact, new URL(options.upstream).origin)
  const watcher = new Watcher({ engine, sessions, recorder, onViolation, maxUnpackedBytes })
  const validating = new Set<Promise<void>>()
  const access = createAccessPolicy(options)
  const pipeline = createPipeline()
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refusal = refuseAccess(request, access)
    if (refusal) return refuseRequest(response, refusal)
    if (!isControl(request.url)) return void passOn({ watcher, forwarder, validating, har }, request, response)
    // Whoever asks what was seen has seen the answers themselves already.
    void Promise.all(validating).then(() => app.routing(request, response))
  }
  const server = createServer((request, response) => pipeline.enter(request, response, () => answer(request, response)))
  server.on('clientError', createBrokenRequestHandler(pipeline))
  await listen(server, host, port)
  const saving = setInterval(() => saveQuietly(recorder, record), SAVE_MS).unref()
  return {
    url: `http://${urlHost(host)}:${(server.address() as AddressInfo).port}`,
    summary: () => watcher.summary(options.upstream),
    close: async ({ graceMs = 0 } = {}) => {
      await drain(server, graceMs)
      clearInterval(saving)
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      forwarder.close()
      await closed
      await Promise.all(validating)
      await app.close()
      if (record !== undefined) {
        recorder?.write(record)
        // Without credentials a mock takes any, but the rules of our own APIs want to know who asks.
        if (isOwn(api)) recorder?.writeCredential(record, loadSeed(api, ownFixtures).credentials[0])
      }
      if (options.har !== undefined) har?.write(options.har)
    },
  }
}

/** A process that is killed must not take hours of recording with it. */
const SAVE_MS = 5000

/** What can't be written now is tried again, and told at the end. */
function saveQuietly(recorder: Recorder | undefined, folder: string | undefined): void {
  if (!recorder?.hasNews || folder === undefined) return
  try {
    recorder.write(folder)
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error
  }
}

interface Passage {
  readonly watcher: Watcher
  readonly forwarder: Forwarder
  readonly validating: Set<Promise<void>>
  readonly har: HarLog | undefined
}

async function passOn(
  { watcher, forwarder, validating, har }: Passage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const line = headOf(request)
  const end = har?.begin(line)
  const forwarded = await forwarder.forward(request, response)
  end?.(forwarded)
  const validated = watcher.note(line, forwarded)
  validating.add(validated)
  await validated.finally(() => validating.delete(validated))
}

/** Where this machine reaches a server that listens on an address; one that stands for all can't be asked. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  const { status, headers, text } = problemAnswer(refusal)
  response.writeHead(status, { ...headers, connection: 'close' }).end(text)
}

function headOf({ method = 'GET', url = '/', headers, rawHeaders }: IncomingMessage): RequestHead {
  return { method, url, path: url.split('?', 1)[0] ?? url, headers, rawHeaders }
}

function isControl(url = ''): boolean {
  return url.startsWith('/__mock/')
}

function upstreamOf(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text)
  throw new UnderstudyError('USAGE', `is not an http(s) URL: ${JSON.stringify(text)}`, '--upstream')
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'is in use; choose another with --port, or 0 for a free one' : message
    throw new UnderstudyError('PORT_UNAVAILABLE', reason, `port ${port} on ${host}`)
  }
}
