import { UnderstudyError } from '../errors.ts'
import { checkRow } from '../seed/load.ts'
import type { Api, JsonObject } from '../spec/api.ts'
import { compileApi } from '../spec/compile.ts'
import { pointerTo } from '../spec/pointer.ts'
import type { Row } from '../store/collection.ts'
import { version } from '../version.ts'
import { asCredential, CREDENTIALS } from './authenticate.ts'
import { controlDocument } from './control/document.ts'
import { createEngine, type Engine } from './engine.ts'
import { problemBody } from './error-body.ts'
import { type Credential, type Handler, refuse, reply, type Result } from './handler.ts'
import type { ProviderStates, StateRequest } from './provider-states.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

export interface ControlOptions {
  readonly engines: readonly Engine[]
  readonly sessions: Sessions
  readonly states: ProviderStates
}

type Rows = Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>>

/** The API under `/__mock`: an engine like the others, whose handlers act on the session of the request. */
export function createControlPlane(options: ControlOptions): Engine {
  const api = compileApi({ file: 'control-plane.json', root: controlDocument })
  return createEngine(api, { handlers: handlersFor(options), errorBody: problemBody })
}

function handlersFor({ engines, sessions, states }: ControlOptions): Record<string, Handler> {
  const apis = engines.map((engine) => engine.api)
  return {
    getHealth: (_exchange, { world }) =>
      reply(200, { status: 'ready', version, apis: apis.map(({ name }) => name), seed: world.seed, now: world.clock.iso() }),
    getControlDocument: () => reply(200, controlDocument),
    getCredentials: (_exchange, session) => reply(200, credentialsOf(engines, session)),
    resetSession: (_exchange, session) => {
      sessions.reset(session)
      return reply(204)
    },
    getState: (_exchange, session) => reply(200, rowsOf(apis, session)),
    putState: ({ body }, session) => putRows(apis, session, body as Rows),
    setProviderState: ({ body }, session) => setProviderState(states, sessions, session, body as StateRequest & { action?: string }),
    getViolations: (_exchange, session) => reply(200, session.violations),
  }
}

function credentialsOf(engines: readonly Engine[], session: Session): JsonObject {
  return Object.fromEntries(engines.map(({ api, rules }) => [api.name, workingCredentials(api, rules.credentials, session)]))
}

function workingCredentials(api: Api, working: Engine['rules']['credentials'], session: Session): readonly Credential[] {
  const state = session.world.state(api.name)
  return working?.(state) ?? [...state.collection(CREDENTIALS).all()].map(asCredential)
}

function rowsOf(apis: readonly Api[], { world }: Session): JsonObject {
  return Object.fromEntries(
    apis.map(({ name }) => [
      name,
      Object.fromEntries(world.collectionsOf(name).map((collection) => [collection, [...world.state(name).collection(collection).all()]])),
    ]),
  )
}

function putRows(apis: readonly Api[], { world }: Session, body: Rows): Result {
  const puts: (() => void)[] = []
  for (const [name, collections] of Object.entries(body)) {
    const api = apis.find((each) => each.name === name)
    if (!api) return refuse(400, `There is no API ${JSON.stringify(name)}.`)
    for (const [collection, rows] of Object.entries(collections)) {
      if (!world.collectionsOf(name).includes(collection)) return refuse(400, `${name} has no collection ${JSON.stringify(collection)}.`)
      const problem = firstProblem(api, collection, rows)
      if (problem !== undefined) return refuse(400, `${pointerTo('', name, collection)}${problem}`)
      puts.push(() => world.state(name).table(collection).replaceAll(rows))
    }
  }
  for (const put of puts) put()
  return reply(204)
}

function firstProblem(api: Api, collection: string, rows: readonly Row[]): string | undefined {
  const key = api.collections[collection]?.key ?? 'id'
  const seen = new Set<unknown>()
  for (const [index, row] of rows.entries()) {
    const [error] = checkRow(api, collection, row)
    if (error) return `/${index}${error.at} ${error.message}.`
    if (row[key] === undefined) return `/${index} needs its key ${key}.`
    if (seen.has(row[key])) return `/${index} repeats the ${key} ${JSON.stringify(row[key])}.`
    seen.add(row[key])
  }
  return undefined
}

function setProviderState(
  states: ProviderStates,
  sessions: Sessions,
  { world }: Session,
  { action, ...request }: StateRequest & { action?: string },
): Result {
  const api = states.apiOf(request.state)
  if (!api) {
    return refuse(400, `There is no provider state ${JSON.stringify(request.state)}. Known: ${states.names.map((name) => JSON.stringify(name)).join(', ')}.`)
  }
  if (action === 'teardown') {
    world.restoreRows(api.name, sessions.seed)
    return reply(200, {})
  }
  try {
    return reply(200, states.setUp(world, request))
  } catch (error) {
    if (error instanceof UnderstudyError) return refuse(400, `${error.message}.`)
    throw error
  }
}
