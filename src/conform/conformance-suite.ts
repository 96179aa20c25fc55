import { dirname, join } from 'node:path'
import { workflowCases } from './workflows/cases.ts'
import { readTarget, targetAt } from './target.ts'
import { readTrust } from './transport/read-trust.ts'
import { openSuite, type Suite } from './run/suite.ts'
import type { RunOptions, ApiUnderTest } from './run/api-under-test.ts'
import { UnderstudyError } from '../errors.ts'
import { fixturesOf, ownSpecs } from '../paths.ts'
import { loadSeed } from '../fixtures/load.ts'
import type { Api } from '../openapi/api.ts'
import { type LoadOptions, loadApis } from '../openapi/load.ts'

/** Which server is held to which specs. One of `baseUrl` and `target` has to be given. */
export interface ApiUnderTestOptions {
  /** A server that is known by its address only: ids and credentials are those of the fixtures. */
  readonly baseUrl?: string
  /** Path of a YAML file that describes a real server. */
  readonly target?: string
  /** Send only what changes nothing. Default `false`. */
  readonly safe?: boolean
  /** How long to wait for an answer, in milliseconds. Default: the target file's, or 10,000. */
  readonly timeoutMs?: number
  /** Path of a PEM file with certificates that are trusted besides those of Node. */
  readonly ca?: string
  /** Take any certificate. Default `false`. */
  readonly insecure?: boolean
  /** Folder of OpenAPI documents. Default: the five of the package. */
  readonly openapi?: string
  /** OpenAPI Overlay files that are laid over the documents. */
  readonly overlay?: readonly string[]
  /** Hold every document to the strictest reading, as the package's own are. Default `false`. */
  readonly strictSpec?: boolean
  /** Read documents and what they refer to from the network, too. Default `false`. */
  readonly allowRemote?: boolean
  /** What was fetched for that, by URL. */
  readonly remote?: NonNullable<LoadOptions['remote']>
  /** Folder of fixtures. Default: those of the package, or the folder `fixtures` beside somebody else's documents. */
  readonly fixtures?: string
}

export interface ConformanceOptions
  extends ApiUnderTestOptions, Omit<RunOptions, 'strict' | 'baseline' | 'onProgress'> {
  /** The name of the API: `polis` for `openapi/polis.yaml`. */
  readonly api: string
}

/**
 * Opens the conformance suite of one API for a test runner that wants one test for each case: `suite.run(case)` of each of
 * `suite.cases`, one after the other, and `suite.close()` at the end. Throws an UnderstudyError: TARGET_INVALID, or
 * TARGET_UNREACHABLE when the server does not answer.
 */
export async function conformanceSuite({ api, ...options }: ConformanceOptions): Promise<Suite> {
  return openSuite(openApisUnderTest([api], options)[0] as ApiUnderTest, options)
}

/** What the suite needs to know of each API: its spec, its seed and the server that implements it. */
export function openApisUnderTest(names: readonly string[], options: ApiUnderTestOptions): ApiUnderTest[] {
  if ((options.baseUrl === undefined) === (options.target === undefined)) {
    throw new UnderstudyError('USAGE', 'needs either a base URL (--base-url URL) or a target file (--target FILE)')
  }
  return loadApis(options.openapi ?? ownSpecs, names, options).map((api) => apiUnderTest(api, options))
}

/** The package's own specs have their fixtures, somebody else's have them in the folder `fixtures` beside them. */
export function fixturesFolder(api: Api, fixtures: string | undefined): string {
  return fixturesOf(api, fixtures) ?? join(folderOf(api), 'fixtures')
}

/** Where the document of an API lies, and with it what belongs to it. */
function folderOf({ files: [file] }: Api): string {
  return file === undefined || file === '-' ? '.' : dirname(file)
}

/** The same of an API that is loaded. */
export function apiUnderTest(
  api: Api,
  { baseUrl, target, fixtures, safe = false, timeoutMs, ca, insecure }: ApiUnderTestOptions,
): ApiUnderTest {
  const seed = loadSeed(api, fixturesFolder(api, fixtures))
  const how = { safe, ...(timeoutMs !== undefined && { timeoutMs }), trust: readTrust({ ca, insecure }) }
  return {
    api,
    seed,
    target:
      target === undefined ? targetAt(api, seed, baseUrl ?? '', how) : readTarget(target, api, seed, process.env, how),
    more: (context) => workflowCases(context, folderOf(api)),
  }
}
