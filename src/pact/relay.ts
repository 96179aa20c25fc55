import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CREDENTIALS_STATE, credentialValues } from '../fixtures/credentials-state.ts'
import type { Api, JsonObject } from '../openapi/api.ts'
import { isObject } from '../openapi/pointer.ts'
import type { Target } from '../conform/target.ts'
import { openTransport } from '../conform/transport/open-transport.ts'
import type { Answer } from '../conform/transport/transport.ts'
import type { Given } from './provided.ts'
import { NoAnswerError, type StateAction } from '../conform/run/provider-states.ts'
import type { InteractionStates } from './interaction-states.ts'

/** Stands between the verifier and the server: sets provider states and adds the credentials of the target. */
export interface Relay {
  readonly url: string
  readonly statesUrl: string
  /** Why a provider state could not be set, by its name. */
  readonly failures: ReadonlyMap<string, string>
  /** Why requests of interactions got no answer, in their order. */
  readonly unanswered: readonly string[]
  /** Why the server is not asked any more, once it has left several requests in a row without an answer. */
  gone(): string | undefined
  close(): Promise<void>
}

/**
 * Stands for "no answer" towards the verifier, which waits for good where its request is cut off. No server sends it, and no
 * class of statuses that contracts ask for has it.
 */
export const NO_ANSWER_STATUS = 599
/** A server that was silent so often in a row will stay so: nobody has to wait for the rest of the contract. */
const MAX_SILENCES = 3

/** How the reason begins for what was not sent any more. */
export const GONE = 'the server no longer answers'

const STATES_PATH = '/__understudy/provider-states'

export async function createRelay(api: Api, target: Target, states: InteractionStates): Promise<Relay> {
  const transport = openTransport(target)
  const failures = new Map<string, string>()
  const current: Current = { begun: false, credential: {} }
  const silence = createSilence()
  const unanswered: string[] = []
  const leaveUnanswered = (response: ServerResponse, reason: string): void => {
    unanswered.push(reason)
    end(response, NO_ANSWER_STATUS, { error: reason })
  }
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const done =
      path === STATES_PATH
        ? changeState({ api, target, states, failures, current, silence }, request, response)
        : forward(path, request, response)
    done.catch((error: unknown) => end(response, 502, { error: (error as Error).message }))
  })
  const forward = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    const gone = silence.gone()
    if (gone !== undefined) return leaveUnanswered(response, gone)
    const added = Object.entries({ ...states.headers, ...current.credential })
    const isAdded = (name: string): boolean => added.some(([each]) => each.toLowerCase() === name.toLowerCase())
    const headers = [...forwarded(request).filter(([name]) => !isAdded(name)), ...added]
    const { outcome } = await transport.send({
      method: request.method ?? 'GET',
      path,
      headers,
      ...(body.length > 0 && { body }),
    })
    if (outcome.kind === 'no-answer') {
      const reason = `the server gave no answer (${outcome.code}): ${outcome.message}`
      silence.note(reason)
      return leaveUnanswered(response, reason)
    }
    silence.end()
    passBack(outcome, response)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    statesUrl: url + STATES_PATH,
    failures,
    unanswered,
    gone: silence.gone,
    close: async () => {
      transport.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Current {
  /** Whether the interaction that the states belong to has begun. */
  begun: boolean
  credential: Readonly<Record<string, string>>
}

interface StateChange {
  readonly api: Api
  readonly target: Target
  readonly states: InteractionStates
  readonly failures: Map<string, string>
  readonly current: Current
  readonly silence: Silence
}

/** Counts requests without an answer. */
interface Silence {
  note(reason: string): void
  /** The server has answered. */
  end(): void
  gone(): string | undefined
}

function createSilence(): Silence {
  let last = ''
  let inARow = 0
  return {
    note: (reason) => {
      last = reason
      inARow++
    },
    end: () => (inARow = inARow < MAX_SILENCES ? 0 : inARow),
    gone: () => (inARow < MAX_SILENCES ? undefined : `${GONE}; at last: ${last}`),
  }
}

/**
 * The verifier takes any 2xx for done, so a state that is not true has to be answered with an error; a 5xx it would try again.
 * Before an interaction without states it asks for the state of the empty name.
 */
async function changeState(change: StateChange, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { given, action } = parseChange(await bodyOf(request))
  const gone = change.silence.gone()
  try {
    if (gone !== undefined) throw new Error(gone)
    end(response, 200, await (action === 'setup' ? setUp(change, given) : tearDown(change, given)))
  } catch (error) {
    if (error instanceof NoAnswerError) change.silence.note(error.message)
    change.failures.set(given.name, (error as Error).message)
    end(response, 422, { error: (error as Error).message })
  }
}

async function setUp({ api, target, states, current }: StateChange, given: Given): Promise<JsonObject> {
  if (!current.begun) {
    current.begun = true
    current.credential = {}
    await states.begin()
  }
  if (given.name === CREDENTIALS_STATE) {
    current.credential = credentialHeaders(api, target, String(given.params['credential']))
    return { ...target.variables, ...credentialValues(current.credential) }
  }
  return given.name === '' ? target.variables : { ...target.variables, ...(await states.set(given, 'setup')) }
}

async function tearDown({ states, current }: StateChange, given: Given): Promise<JsonObject> {
  current.begun = false
  return given.name === '' || given.name === CREDENTIALS_STATE ? {} : states.set(given, 'teardown')
}

/** What a contract can say itself, a parameter such as the name of a tenant, is not taken from the credential. */
function credentialHeaders(api: Api, target: Target, id: string): Readonly<Record<string, string>> {
  const headers = target.credentials[id]
  if (headers === undefined) throw new Error(`the target has no credential ${JSON.stringify(id)}`)
  const parameters = new Set(
    api.operations.flatMap((operation) =>
      operation.parameters.filter(({ in: place }) => place === 'header').map(({ name }) => name.toLowerCase()),
    ),
  )
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !parameters.has(name.toLowerCase())))
}

function parseChange(body: Buffer): { given: Given; action: StateAction } {
  const source: unknown = JSON.parse(body.toString())
  const { state, params, action } = isObject(source) ? source : {}
  return {
    given: { name: String(state ?? ''), params: isObject(params) ? params : {} },
    action: action === 'teardown' ? 'teardown' : 'setup',
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Headers of the connection, not of the request (RFC 9110, section 7.6.1), and what the transport sets itself. */
const ofConnection = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'te',
  'trailer',
  'upgrade',
  'content-encoding',
])

function forwarded(request: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    pairs.push([request.rawHeaders[index] as string, request.rawHeaders[index + 1] as string])
  }
  return pairs.filter(([name]) => !ofConnection.has(name.toLowerCase()))
}

function passBack(answer: Answer, response: ServerResponse): void {
  const headers = Object.entries(answer.headers).filter(([name]) => !ofConnection.has(name))
  response.writeHead(answer.status, Object.fromEntries(headers))
  response.end(answer.body)
}

function end(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
