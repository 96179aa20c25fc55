import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { workflowCases } from '../../../src/conform/workflows/cases.ts'
import { createContext } from '../../../src/conform/context.ts'
import type { Verdict } from '../../../src/conform/case.ts'
import type { Failure } from '../../../src/conform/check.ts'
import { targetAt } from '../../../src/conform/target.ts'
import { createTransport, type Exchanged } from '../../../src/conform/transport/transport.ts'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'
import { ownFixtures, ownSpecs } from '../../../src/paths.ts'
import { loadSeed } from '../../../src/fixtures/load.ts'
import type { Api } from '../../../src/openapi/api.ts'
import { loadApis } from '../../../src/openapi/load.ts'
import { tamperedWith, type TamperedAnswer } from './tampered.ts'

const apis = loadApis(ownSpecs)
let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ now: 'real' })
})
afterAll(() => mock.close())
beforeEach(() => mock.reset())

interface Played {
  readonly verdicts: Readonly<Record<string, Verdict>>
  readonly failures: readonly Failure[]
}

/** Plays the workflows of one API, those called `only` or all of them. */
async function play(
  api: Api,
  baseUrl: string,
  { only, canReset = true }: { only?: string; canReset?: boolean } = {},
): Promise<Played> {
  const seed = loadSeed(api, ownFixtures)
  const target = { ...targetAt(api, seed, baseUrl), states: { kind: canReset ? 'mock' : 'none' } as const }
  const transport = createTransport({ baseUrl })
  const verdicts: Record<string, Verdict> = {}
  for (const subject of workflowCases(createContext(api, seed, target), ownSpecs)) {
    if (only !== undefined && !subject.name.endsWith(` ${only}`)) continue
    if (canReset) mock.reset()
    const exchanges: Exchanged[] = []
    verdicts[subject.name] = await subject.play({
      api,
      seed,
      target,
      exchanges,
      send: async (request) => {
        const exchanged = await transport.send(request)
        exchanges.push(exchanged)
        return exchanged
      },
      created: () => undefined,
      undo: async () => undefined,
      earlier: () => [],
      reset: () => Promise.resolve(canReset),
      setState: async () => undefined,
    })
  }
  transport.close()
  return {
    verdicts,
    failures: Object.values(verdicts).flatMap((verdict) => (verdict.kind === 'failed' ? verdict.failures : [])),
  }
}

function apiNamed(name: string): Api {
  const api = apis.find((each) => each.name === name)
  if (!api) throw new Error(`there is no API ${name}`)
  return api
}

describe.each(apis.map((api) => [api.name, api] as const))('the workflows of %s', (_name, api) => {
  test('all hold on the mock, each on a fresh server', async () => {
    const { verdicts } = await play(api, mock.url)
    expect(Object.keys(verdicts).length).toBeGreaterThan(8)
    expect(Object.entries(verdicts).filter(([, verdict]) => verdict.kind !== 'passed')).toEqual([])
    expect(mock.violations()).toEqual([])
  })

  test('all hold one after the other, on a server that cannot be reset', async () => {
    const { verdicts } = await play(api, mock.url, { canReset: false })
    // What cannot be taken back is not played a second time below another path.
    const isPlayedOnce = (name: string, kind: string): boolean => name.includes(', below /') && kind === 'not-reached'
    const others = Object.entries(verdicts).filter(([name, { kind }]) => kind !== 'passed' && !isPlayedOnce(name, kind))
    const seeded = NEEDS_THE_SEED[api.name] ?? []
    expect(others.map(([name, verdict]) => [name, verdict.kind])).toEqual(
      seeded.map((name) => [`workflow ${name}`, 'not-reached']),
    )
  })
})

/** What a server shows only while it is as it was at the start, or what would spoil the start of the next run. */
const NEEDS_THE_SEED: Readonly<Record<string, readonly string[]>> = {
  'cloud-payments': ['refuses-without-a-trace', 'closes-the-documented-person'],
  polis: ['patches-as-documented'],
  regit: ['finds-the-vault-of-the-page'],
}

function replaceInBody(from: string, to: string): (answer: TamperedAnswer) => void {
  return (answer) => {
    answer.body = answer.body.replace(from, to)
  }
}

/** What one broken rule looks like, the workflow that has to notice, and whether the vendor's page promises it. */
const broken: readonly [
  api: string,
  workflow: string,
  about: string,
  tier: 'documented' | 'assumed',
  tamper: (answer: TamperedAnswer) => void,
][] = [
  [
    'digitalchalk',
    'refuses-an-offering-that-is-not-open',
    'another sentence',
    'documented',
    replaceInBody('This offering', 'The offering'),
  ],
  [
    'digitalchalk',
    'registers-a-user-once-and-retakes-where-allowed',
    'an absolute Location',
    'documented',
    (answer) => {
      if (answer.headers['location']) answer.headers['location'] = `http://x${answer.headers['location']}`
    },
  ],
  [
    'dialogportal',
    'numbers-every-transaction',
    'one id for all',
    'documented',
    (answer) => {
      answer.body = answer.body.replace(/"transactionID":\d+/, '"transactionID":7')
    },
  ],
  [
    'dialogportal',
    'tells-that-the-group-is-unknown',
    'no sub code in the header',
    'assumed',
    (answer) => {
      delete answer.headers['apistatussubcode']
    },
  ],
  [
    'cloud-payments',
    'lets-consumers-register-nobody',
    'a consumer who may',
    'documented',
    (answer) => {
      if (answer.status !== 403) return
      Object.assign(answer, { status: 200 })
      replaceInBody('FORBIDDEN', 'SUCCESS')(answer)
    },
  ],
  [
    'cloud-payments',
    'registers-without-a-token',
    'another code for a taken name',
    'assumed',
    replaceInBody('USERNAME_EXISTS', 'USERNAME_TAKEN'),
  ],
  [
    'polis',
    'pages-through-a-sorted-list',
    'a list in the wrong order',
    'documented',
    (answer) => {
      if (answer.method !== 'GET' || !answer.path.includes('DESC')) return
      const list = JSON.parse(answer.body) as { data: unknown[] }
      answer.body = JSON.stringify({ ...list, data: list.data.toReversed() })
    },
  ],
  [
    'polis',
    'keeps-customers-apart',
    'an interaction of somebody else',
    'assumed',
    (answer) => {
      if (answer.method === 'GET' && answer.status === 404) answer.status = 200
    },
  ],
  [
    'regit',
    'skips-what-the-vault-already-has',
    'an update that was none',
    'documented',
    replaceInBody('"success":false,"status":"notUpdated"', '"success":true,"status":"updated"'),
  ],
  [
    'regit',
    'takes-part-once-and-ends-it-once',
    'another message',
    'documented',
    replaceInBody('registered successfully', 'Registered successfully'),
  ],
]

describe('a workflow', () => {
  test.each(broken)('of %s, %s, notices %s (%s)', async (name, workflow, _about, tier, tamper) => {
    const faulty = await tamperedWith(mock, tamper)
    try {
      const { failures } = await play(apiNamed(name), faulty.url, { only: workflow })
      const found = failures.filter(({ check }) => check === 'flow')
      expect(found.map((failure) => failure.tier)).toContain(tier)
      const failure = found.find((each) => each.tier === tier)
      expect(failure?.expected).toContain(`(openapi/${name}.arazzo.yaml#/workflows/`)
      expect(failure?.curls).toHaveLength(failure?.exchanges.length ?? -1)
    } finally {
      faulty.close()
    }
  })
})
