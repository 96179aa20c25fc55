import type { Engine } from '../mock/engine/engine.ts'
import type { Api } from '../openapi/api.ts'
import { version } from '../version.ts'

/** One API as `GET /` lists it. */
interface ListedApi {
  readonly name: string
  readonly title: string
  /** One for each of its base paths. */
  readonly baseUrls: readonly string[]
  readonly docs: string
  readonly openapi: string
  /** `GET /v2/interactions` and so on, below the base path. */
  readonly operations: readonly string[]
}

/** What a mock at `base` has, for programs and people at a terminal. */
export interface MockListing {
  readonly understudy: string
  readonly apis: readonly ListedApi[]
  readonly docs: string
  readonly credentials: string
  readonly controlPlane: string
}

export function mockListing(engines: readonly Engine[], base: string): MockListing {
  return {
    understudy: version,
    apis: engines.map(({ api }) => listedApi(api, base)),
    docs: `${base}/docs`,
    credentials: `${base}/__mock/credentials`,
    controlPlane: `${base}/__mock`,
  }
}

/** What the control plane can be asked, by its calls. */
export function controlListing(control: Api, base: string): Readonly<Record<string, unknown>> {
  return {
    docs: `${base}/docs/control-plane`,
    openapi: `${base}/__mock/openapi.json`,
    calls: Object.fromEntries(control.operations.map(({ method, path, summary }) => [`${method} ${path}`, summary])),
  }
}

function listedApi({ name, title, bases, operations }: Api, base: string): ListedApi {
  const page = `${base}/docs/${encodeURIComponent(name)}`
  return {
    name,
    title,
    baseUrls: bases.map((path) => base + path),
    docs: page,
    openapi: `${page}/openapi.json`,
    operations: operations.map(({ method, path }) => `${method} ${path}`),
  }
}
