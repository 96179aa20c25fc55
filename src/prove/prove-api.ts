import { openApisUnderTest } from '../conform/conformance-suite.ts'
import type { ApiUnderTest } from '../conform/run/api-under-test.ts'
import { keyOf } from '../conform/run/findings.ts'
import { openSuite, type Suite } from '../conform/run/suite.ts'
import { targetAt } from '../conform/target.ts'
import { UnderstudyError } from '../errors.ts'
import { fetchRemote } from '../openapi/fetch-remote.ts'
import { ownSpecs } from '../paths.ts'
import { createUnderstudy } from '../understudy.ts'
import { defectsOf } from './catalogue.ts'
import type { SeededDefect } from './defect.ts'
import { openGateway, openGatewayTo, type Gateway } from './gateway.ts'
import { DOES_NOTHING } from './operators/effects.ts'
import { ROLE_IGNORED } from './operators/security.ts'
import { spread } from './places.ts'
import { createProver } from './prover.ts'
import { openRemoteBackend } from './remote-backend.ts'
import { gatherMaterial } from './samples.ts'
import type { Trial } from './trial.ts'

export interface ProveOptions {
  /** A real server to put the defects before; default: the mock of the document. */
  readonly baseUrl?: string
  /** Folder of OpenAPI documents, and of fixtures. */
  readonly openapi?: string
  /** OpenAPI Overlay files that are laid over the document. */
  readonly overlay?: readonly string[]
  readonly strictSpec?: boolean
  readonly allowRemote?: boolean
  readonly fixtures?: string
  /** Only defects whose id has this text. */
  readonly only?: string
  /** So many defects at most, spread over all. */
  readonly most?: number
  readonly onProgress?: (progress: ProveProgress) => void
}

export interface ProveProgress {
  /** What it is doing: `looking at the server without defects`, or the id of a defect. */
  readonly doing: string
  readonly done: number
  readonly total: number
  readonly survived: number
}

/** Which of the defects that were made from a document the suite finds. */
export interface MutationReport {
  readonly api: string
  /** Base URL of the server behind the defects; `undefined`: the mock. */
  readonly server: string | undefined
  readonly cases: number
  /** Keys of findings that the server has without any defect; they tell nothing of a defect. */
  readonly known: readonly string[]
  readonly trials: readonly Trial[]
  readonly durationMs: number
}

/** Operators that ask what the server would do, which only the mock can tell. */
const NEEDS_MOCK: ReadonlySet<string> = new Set([DOES_NOTHING, ROLE_IGNORED])

/**
 * Wraps a server in one defect after the other, made from its document, and runs the suite until each is found. Throws an
 * UnderstudyError for a document that is wrong or a server that does not answer.
 */
export async function proveApi(name: string, options: ProveOptions = {}): Promise<MutationReport> {
  const started = performance.now()
  const bench = await openBench(name, options)
  try {
    const { defects, suite, gateway } = bench
    const known = await knownFailures(suite, options)
    const prover = createProver({
      gateway,
      suite,
      defects,
      known,
      experience: { likely: new Map(), found: new Map() },
      reset: bench.reset,
      close: bench.close,
    })
    const trials: Trial[] = []
    for (const id of prover.ids) {
      const survived = trials.filter(({ outcome }) => outcome === 'survived').length
      options.onProgress?.({ doing: id, done: trials.length, total: defects.length, survived })
      trials.push(await prover.prove(id))
    }
    const server = options.baseUrl
    return {
      api: bench.api,
      server,
      cases: suite.cases.length,
      known: [...known],
      trials,
      durationMs: performance.now() - started,
    }
  } finally {
    await bench.close()
  }
}

interface Bench {
  readonly api: string
  readonly defects: readonly SeededDefect[]
  readonly gateway: Gateway
  readonly suite: Suite
  reset(): void
  close(): Promise<void>
}

async function openBench(
  name: string,
  { baseUrl, openapi, fixtures, overlay, strictSpec, allowRemote, only = '', most = Infinity }: ProveOptions,
): Promise<Bench> {
  const folders = {
    ...(openapi !== undefined && { openapi }),
    ...(fixtures !== undefined && { fixtures }),
    ...(overlay !== undefined && { overlay }),
    ...(strictSpec !== undefined && { strictSpec }),
    ...(allowRemote !== undefined && { allowRemote }),
  }
  const remote = await fetchRemote(openapi ?? ownSpecs, [name], folders)
  const [apiUnderTest] = openApisUnderTest([name], {
    baseUrl: baseUrl ?? 'http://127.0.0.1',
    ...folders,
    ...(remote && { remote }),
  }) as [ApiUnderTest]
  const { api, seed, target } = apiUnderTest
  const mock = await createUnderstudy({ apis: [name], journalEntries: 0, ...folders })
  const closing: (() => Promise<void> | void)[] = [() => mock.close()]
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).toReversed()) await each()
  }
  try {
    const made = await defectsOf(mock, await gatherMaterial(mock, api, seed))
    const wanted = made.filter(
      ({ id, operator }) => id.includes(only) && (baseUrl === undefined || !NEEDS_MOCK.has(operator)),
    )
    if (wanted.length === 0)
      throw new UnderstudyError(
        'USAGE',
        made.length === 0
          ? 'gives nothing that could be done wrong'
          : `no defect has ${JSON.stringify(only)} in its id`,
        name,
      )
    const real = baseUrl === undefined ? undefined : openRemoteBackend(target)
    if (real) closing.push(() => real.close())
    const gateway = real ? await openGatewayTo(real, api) : await openGateway(mock, api)
    closing.push(() => gateway.close())
    const suite = await openSuite({ ...apiUnderTest, target: targetAt(api, seed, gateway.url) }, { randomCases: 0 })
    closing.push(() => suite.close())
    const defects = most === Infinity ? wanted : spread(wanted, most)
    return { api: api.name, defects, gateway, suite, reset: () => void mock.reset(), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What the server is blamed for without any defect. */
async function knownFailures(suite: Suite, { onProgress }: ProveOptions): Promise<ReadonlySet<string>> {
  const known = new Set<string>()
  for (const [index, each] of suite.cases.entries()) {
    onProgress?.({
      doing: 'looking at the server without defects',
      done: index,
      total: suite.cases.length,
      survived: 0,
    })
    const verdict = await suite.run(each)
    if (verdict.kind === 'failed') for (const failure of verdict.failures) known.add(keyOf(failure))
  }
  return known
}
