import { asCredential, CREDENTIALS } from '../mock/engine/authenticate.ts'
import type { Api } from '../openapi/api.ts'
import type { DocsOptions } from './docs-options.ts'
import type { World } from '../store/world.ts'
import type { Engine } from '../mock/engine/engine.ts'
import { apiPage, notesPage, operationPage } from './pages/api-page.ts'
import { readAssets } from './assets.ts'
import { baseUrl } from './base-url.ts'
import type { DocumentedApi } from './documented-api.ts'
import type { PageLink } from './pages/layout.ts'
import { CONSOLE, consolePage } from './pages/console-page.ts'
import { missingPage } from './pages/missing-page.ts'
import { overviewPage } from './pages/overview-page.ts'
import { asJson, asYaml, servedDocument } from './spec-file.ts'
import { codeSamples } from './code-samples.ts'
import { searchIndex } from './search-index.ts'
import type { SiteFile } from './site-file.ts'
import { commonHeaders, type MadeFile, makeFile, type PageAnswer, sendFile } from './made-file.ts'
import { tryData } from './try-data.ts'

interface PageRequest {
  /** Below `/docs/`, percent-decoded; `''` for the first page, `/` for it with a slash too many. */
  readonly path: string
  readonly protocol: string
  readonly host: string
  readonly sessionPrefix: string
  readonly sessionExists: boolean
  readonly fallbackUrl: string
  readonly ifNoneMatch: string | undefined
  readonly acceptEncoding: string | undefined
}

export interface Site {
  answer(request: PageRequest): PageAnswer
}

/** All pages by their path below `/docs/`. Paths are looked up, never turned into file names. */
export function createSite({ engines, seeds, sessions, reload }: DocsOptions, control: Api): Site {
  const world = sessions.worldAt(sessions.seed.world)
  const documented = (engine: Engine): DocumentedApi =>
    documentedApi(engine, seeds.find(({ api }) => api === engine.api.name)?.states ?? [], world)
  const all = engines.map(documented)
  const plane: DocumentedApi = { api: control, states: [], credentials: [], rowsOf: () => [] }
  const pages = [
    ...[...all, plane].map(({ api }): PageLink => ({ name: api.name, title: api.title, isControl: api === control })),
    { name: CONSOLE, title: 'Sessions, faults and requests of the mock', isControl: true },
  ]
  const files = new Map<string, SiteFile>([
    ...readAssets(reload !== undefined),
    // A spec of that name comes before ours.
    [CONSOLE, { type: html, text: () => consolePage(all, pages).text }],
    ...[plane, ...all].flatMap((docs) => filesOf(docs, pages)),
    ['_search.json', { type: json, text: () => JSON.stringify(searchIndex([...all, plane])) }],
    ['', { type: html, text: () => overviewPage(all, plane, pages).text }],
  ])
  const made = new Map<string, MadeFile>()
  const elsewhere = (path: string): PageAnswer => {
    const trimmed = path.replace(/\/$/, '')
    if (trimmed !== path && files.has(trimmed)) return moved(rootFrom(path), trimmed)
    return notFound(missingPage('There is no such page', rootFrom(path), pages).text)
  }
  return {
    answer: (request) => {
      const { path, sessionExists } = request
      if (!sessionExists) return notFound(missingPage('There is no such session', '/', pages).text)
      const file = files.get(path)
      if (!file) return elsewhere(path)
      const known = made.get(path) ?? makeFile(file)
      made.set(path, known)
      return sendFile(known, { ...request, base: baseUrl(request, request.fallbackUrl) })
    },
  }
}

const html = 'text/html; charset=utf-8'
const json = 'application/json; charset=utf-8'

function filesOf(docs: DocumentedApi, pages: readonly PageLink[]): [string, SiteFile][] {
  const { name } = docs.api
  return [
    [name, { type: html, text: () => apiPage(docs, pages).text }],
    [`${name}/openapi.json`, { type: json, text: () => asJson(servedDocument(docs.api)) }],
    [`${name}/openapi.yaml`, { type: 'application/yaml; charset=utf-8', text: () => asYaml(servedDocument(docs.api)) }],
    [`${name}/notes`, { type: html, text: () => notesPage(docs, pages).text }],
    [`${name}/try.json`, { type: json, text: () => JSON.stringify(tryData(docs)) }],
    ...docs.api.operations.flatMap((operation): [string, SiteFile][] => [
      [
        `${name}/operations/${operation.id}`,
        { type: html, text: () => operationPage(docs, operation, pages).text },
      ],
      [
        `${name}/operations/${operation.id}/try.json`,
        { type: json, text: () => JSON.stringify(tryData(docs, [operation])) },
      ],
      [
        `${name}/operations/${operation.id}/samples.json`,
        { type: json, text: () => JSON.stringify(codeSamples(docs, operation)) },
      ],
    ]),
  ]
}

function documentedApi({ api, rules }: Engine, states: DocumentedApi['states'], world: World): DocumentedApi {
  const state = world.state(api.name)
  const known = world.collectionsOf(api.name)
  const credentials = known.includes(CREDENTIALS) ? [...state.collection(CREDENTIALS).all()].map(asCredential) : []
  const working = rules.credentials?.(state) ?? credentials
  return {
    api,
    states,
    credentials: credentials.map((credential) => ({
      ...credential,
      works: working.some(({ id }) => id === credential.id),
    })),
    rowsOf: (collection) => (known.includes(collection) ? [...state.collection(collection).all()] : []),
  }
}

function notFound(body: string): PageAnswer {
  return { status: 404, headers: { ...commonHeaders, 'content-type': html, 'x-mock-refused-by': 'routing' }, body }
}

/** The way up from a page below `/docs/` to the root of the mock. */
function rootFrom(path: string): string {
  return '../'.repeat(path.replace(/^\//, '').split('/').length)
}

/** Relative links count on pages without a slash at their end. */
function moved(root: string, path: string): PageAnswer {
  const below = path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`
  return { status: 302, headers: { location: `${root}docs${below}` }, body: undefined }
}
