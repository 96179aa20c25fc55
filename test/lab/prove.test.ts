import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Case, Verdict } from '../../src/conform/case.ts'
import type { Suite } from '../../src/conform/run/suite.ts'
import type { CheckId, Tier } from '../../src/conform/check.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import { loadSeed } from '../../src/fixtures/load.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { hear } from '../../lab/prove/alarms.ts'
import { changingAnswers, jsonIn, withJson } from '../../src/prove/call.ts'
import { defectsOf } from '../../lab/prove/catalogue.ts'
import type { SeededDefect } from '../../src/prove/defect.ts'
import { openGateway, type Gateway } from '../../src/prove/gateway.ts'
import { correctServers } from '../../lab/prove/job.ts'
import { gatherMaterial } from '../../src/prove/samples.ts'
import { isProven, summaryOf, type Proof } from '../../lab/prove/summary.ts'
import { openProver } from '../../lab/prove/trial.ts'
import type { Prover } from '../../src/prove/prover.ts'
import { search, type Trial } from '../../src/prove/trial.ts'
import { liberties } from '../../lab/prove/liberties.ts'
import { variants, type CorrectVariant } from '../../lab/prove/variants.ts'

describe('the catalogue', () => {
  const all: SeededDefect[] = []

  beforeAll(async () => {
    for (const api of loadApis(ownSpecs)) {
      const mock = await createUnderstudy({ apis: [api.name], listen: false })
      all.push(...(await defectsOf(mock, await gatherMaterial(mock, api, loadSeed(api, ownFixtures)))))
      await mock.close()
    }
  }, 120_000)

  test('has more than 250 defects of broken promises, and as many of other rulings', () => {
    expect(all.filter(({ tier }) => tier === 'documented').length).toBeGreaterThan(250)
    expect(all.filter(({ tier }) => tier === 'assumed').length).toBeGreaterThan(250)
  })

  test('has defects of every API, each with an id of its own and the checks that are to raise it', () => {
    expect(new Set(all.map(({ api }) => api)).size).toBe(5)
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(all.filter(({ expected }) => expected.length === 0)).toEqual([])
  })

  test('has every operator that is worth its name', () => {
    const operators = new Set(all.map(({ operator }) => operator))
    expect([...operators]).toEqual(
      expect.arrayContaining([
        'property-dropped',
        'property-of-another-type',
        'undeclared-property-sent',
        'other-success',
        'header-lost',
        'content-type',
        'body',
        'credentials-not-needed',
        'scheme-ignored',
        'longest-refused',
        'too-long-accepted',
        'any-letter-case-accepted',
        'missing-accepted',
        'null-accepted',
        'does-nothing',
        'done-although-refused',
        'filter-ignored',
        'limit-ignored',
        'skip-ignored',
        'sort-turned-round',
        'stale-tag-accepted',
        'tag-never-changes',
        'ids-repeated',
        'echo-altered',
        '405-to-404',
        'allow-too-short',
        'head-to-404',
        'unknown-path-to-200',
        'refusal-as-html',
        'stack-trace',
        'crash',
        'rule-not-enforced',
        'rule-over-enforced',
        'deleted-still-read',
        'created-not-listed',
      ]),
    )
  })

  test('is opposed by more than ten correct variants for each API', () => {
    for (const { name } of loadApis(ownSpecs)) expect(correctServers('seeded', name).length).toBeGreaterThan(10)
  })
})

describe('the gateway', () => {
  let mock: Understudy
  let gateway: Gateway
  const body = { userId: '6629aeada89133acedfad6d7d110123d', offeringId: '89cd2eada89133acedfad6d766a2d931' }
  const register = (): Promise<Response> =>
    fetch(`${gateway.url}/dc/api/v5/registrations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  beforeAll(async () => {
    mock = await createUnderstudy({ apis: ['digitalchalk'], listen: false })
    gateway = await openGateway(mock, loadApis(ownSpecs, ['digitalchalk'])[0] as never)
  })
  afterAll(async () => {
    await gateway.close()
    await mock.close()
  })

  test('answers like the mock as long as it has no defect', async () => {
    gateway.behave(undefined)
    expect((await register()).status).toBe(201)
    expect((await register()).status).toBe(400)
    mock.reset()
  })

  test('leaves no trace of what it pretends', async () => {
    gateway.behave((call) => call.pretend())
    expect((await register()).status).toBe(201)
    expect((await register()).status).toBe(201)
  })

  test('counts what it does wrong', async () => {
    gateway.behave(
      changingAnswers((answer) => (answer.status === 404 ? withJson(answer, { wrong: jsonIn(answer) }) : undefined)),
    )
    await register()
    expect(gateway.wrongs).toBe(0)
    const answer = await fetch(`${gateway.url}/dc/api/v5/nowhere`)
    expect(await answer.json()).toHaveProperty('wrong.errors')
    expect(gateway.wrongs).toBe(1)
    mock.reset()
  })
})

describe('a search', () => {
  const suite = (raised: readonly (readonly [check: CheckId, tier: Tier])[]): Suite => {
    const cases = raised.map((_, index) => ({ id: `case ${index}`, checks: [] }) as unknown as Case)
    return {
      cases,
      run: (each) => {
        const [check, tier] = raised[cases.indexOf(each)] ?? ['flow', 'assumed']
        return Promise.resolve({ kind: 'failed', failures: [{ check, tier, caseId: each.id }] } as unknown as Verdict)
      },
      close: () => Promise.resolve(),
    }
  }
  const outcome = async (tier: Tier, raised: readonly (readonly [CheckId, Tier])[]): Promise<string> =>
    (await search(suite(raised), { tier, operation: undefined, expected: ['echo'] })).outcome

  test.each([
    ['documented', [['echo', 'documented']], 'found'],
    ['documented', [['flow', 'documented']], 'unexpected'],
    ['documented', [['echo', 'assumed']], 'as-assumption'],
    ['documented', [], 'survived'],
    ['assumed', [['echo', 'assumed']], 'found'],
    ['assumed', [['echo', 'documented']], 'found'],
  ] as const)('for a defect of the tier %s that raises %j ends as %s', async (tier, raised, wanted) => {
    expect(await outcome(tier, raised)).toBe(wanted)
  })

  test('ends with the first finding that is wanted', async () => {
    const found = await search(
      suite([
        ['flow', 'documented'],
        ['echo', 'documented'],
        ['echo', 'documented'],
      ]),
      {
        tier: 'documented',
        operation: undefined,
        expected: ['echo'],
      },
    )
    expect(found.cases).toBe(2)
  })
})

describe('a proof', () => {
  let prover: Prover
  beforeAll(async () => {
    prover = await openProver('digitalchalk')
  }, 60_000)
  afterAll(() => prover.close())

  test.each([
    'digitalchalk/createRegistration/header-lost 201 location',
    'digitalchalk/createRegistration/does-nothing',
    'digitalchalk/createRegistration/rule-not-enforced refusesSecondRegistration',
  ])('finds %s', async (id) => {
    expect(await prover.prove(id)).toMatchObject({ id, tier: 'documented', outcome: 'found' })
  })

  test('hears a liberty without an alarm, with a control plane and without', async () => {
    const named = liberties.filter(({ name }) => name.startsWith('a property more in each envelope'))
    expect(named.map(({ hidden }) => hidden)).toEqual([undefined, true])
    for (const each of named) expect((await hear('digitalchalk', each)).alarms).toEqual([])
  })

  test('hears a correct variant without an alarm, and a wrong one with some', async () => {
    const chunked = variants.find(({ name }) => name === 'bodies in chunks') as CorrectVariant
    expect((await hear('digitalchalk', chunked)).alarms).toEqual([])
    const wrong: CorrectVariant = {
      name: 'no headers',
      create: () => changingAnswers((answer) => ({ ...answer, headers: {} })),
    }
    expect((await hear('digitalchalk', wrong)).alarms.length).toBeGreaterThan(0)
  }, 60_000)
})

describe('the summary', () => {
  const trial = (id: string, tier: Tier, outcome: Trial['outcome']): Trial => ({
    id,
    api: 'polis',
    operator: 'body',
    tier,
    outcome,
    wrongs: 0,
    cases: 1,
    durationMs: 1,
    raised:
      outcome === 'survived'
        ? []
        : [{ check: 'echo', tier: 'documented', caseId: 'polis/createInteraction: documented' }],
  })
  const proof = (trials: readonly Trial[], alarms: readonly string[] = []): Proof => ({
    trials: { seeded: trials, independent: [] },
    hearings: [{ api: 'polis', variant: 'slow', alarms, cases: 10, notReached: 0, durationMs: 1 }],
    durationMs: 1000,
  })

  test('is content when only assumptions survive', () => {
    expect(isProven(proof([trial('a', 'documented', 'found'), trial('b', 'assumed', 'survived')]))).toBe(true)
  })

  test.each([
    ['a broken promise survives', [trial('a', 'documented', 'survived')], []],
    ['a broken promise is taken for an assumption', [trial('a', 'documented', 'as-assumption')], []],
    ['a correct server is accused', [trial('a', 'documented', 'found')], ['echo']],
  ] as const)('is not content when %s', (_, trials, alarms) => {
    expect(isProven(proof(trials, alarms))).toBe(false)
  })

  test('names what was not found, what was found otherwise, and who was accused', () => {
    const text = summaryOf(
      proof([trial('polis/a', 'documented', 'survived'), trial('polis/b', 'assumed', 'unexpected')], ['echo is wrong']),
    )
    expect(text).toBe(`Faults seeded into the mock
                  documented              assumed
  polis           0 of 1 (0.0 %)          1 of 1 (100.0 %)
  all             0 of 1 (0.0 %)          1 of 1 (100.0 %)
  Not found:
    documented polis/a (no case provokes it)
  Found by another check than expected:
    assumed    polis/b: echo by polis/createInteraction: documented

Correct servers: 1 runs, 1 with false alarms
  polis, slow:
    echo is wrong

Not as it is to be. 1.0 s
`)
  })
})
