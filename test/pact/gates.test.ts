import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkPact } from '../../src/pact/check.ts'
import { coverageOf, NO_SCENARIO } from '../../src/pact/coverage.ts'
import { generateContracts } from '../../src/pact/generate.ts'
import { verifyContract } from '../../src/pact/verify.ts'
import { targetAt } from '../../src/conform/target.ts'
import { createUnderstudy } from '../../src/index.ts'
import { ownFixtures, ownSpecs, packageFolder } from '../../src/paths.ts'
import { loadSeed } from '../../src/fixtures/load.ts'
import type { Seed } from '../../src/fixtures/seed.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { alteringServer, inJson, type Passing } from './altering-server.ts'

const apis = loadApis(ownSpecs)
const seeds = apis.map((api) => loadSeed(api, ownFixtures))
const workshop = mkdtempSync(join(tmpdir(), 'understudy-gates-'))
afterAll(() => rmSync(workshop, { recursive: true, force: true }))

/** One broken promise of the vendor's page for each API: the least that its contract has to notice. */
const faults: Record<string, { name: string; alter: (answer: Passing) => void; reason: RegExp }> = {
  regit: {
    name: 'the message is missing',
    alter: (answer) => answer.status < 300 && inJson(answer, (body) => delete body['message']),
    reason: /message/,
  },
  polis: {
    name: 'the ids are numbers',
    alter: (answer) => answer.status < 300 && inJson(answer, (body) => (body['id'] = 7)),
    reason: /\$\.id/,
  },
  'cloud-payments': {
    name: 'a new person is called id instead of uuid',
    alter: (answer) => (answer.body = answer.body.replaceAll('"uuid"', '"id"')),
    reason: /uuid/,
  },
  digitalchalk: {
    name: 'the Location header is lost',
    alter: (answer) => delete answer.headers['location'],
    reason: /Location/i,
  },
  dialogportal: {
    name: 'a new transaction answers 201',
    alter: (answer) => answer.status === 200 && (answer.status = 201),
    reason: /status/,
  },
}

describe.each(apis.map((api, index) => ({ api, seed: seeds[index] as Seed, name: api.name })))(
  'the contract of $name',
  ({ api, seed, name }) => {
    const committed = join(packageFolder, 'contracts', `${name}.pact.json`)

    test('is what the spec says today, byte for byte', async () => {
      const [contract] = await generateContracts([api], [seed], workshop)
      expect(readFileSync(contract?.file ?? '', 'utf8'), 'run "understudy pact generate"').toBe(
        readFileSync(committed, 'utf8'),
      )
    })

    test('has an interaction for every declared status, or a reason why it has none', () => {
      const gaps = coverageOf(api, seed).filter(
        ({ interactions, reason }) => interactions === 0 && (reason === undefined || reason === NO_SCENARIO),
      )
      expect(gaps).toEqual([])
      expect(coverageOf(api, seed).filter(({ documented, interactions }) => documented && interactions === 0)).toEqual(
        [],
      )
    })

    test('asks for nothing that the spec does not promise, says the comparator', async () => {
      const { findings } = await checkPact(apis, committed)
      expect(
        findings.filter(({ severity, message }) => severity === 'error' || message.includes('incompatible')),
      ).toEqual([])
    })

    test('holds no credentials', () => {
      const text = readFileSync(committed, 'utf8')
      const secrets = seed.credentials
        .flatMap(({ headers }) => Object.entries(headers))
        .filter(([header]) => header !== 'tenantname')
      expect(secrets.filter(([, value]) => text.includes(value))).toEqual([])
      const { interactions } = JSON.parse(text) as { interactions: { request: WithHeaders }[] }
      for (const { request } of interactions)
        for (const name of Object.keys(request.headers ?? {}).filter((each) =>
          /^(?:authorization|api-key|signature)$/i.test(each),
        ))
          expect(request.generators?.header?.[name]).toMatchObject({ type: 'ProviderState' })
    })

    test('is kept by the mock, assumptions included', async () => {
      const mock = await createUnderstudy({ apis: [name] })
      const results = await verifyContract({
        api,
        seed,
        target: targetAt(api, seed, mock.url),
        source: { kind: 'file', file: committed },
      })
      expect(results.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
      expect(results.length).toBeGreaterThan(0)
      await mock.close()
    })

    test(`is not kept by a server where ${faults[name]?.name ?? 'something is wrong'}`, async () => {
      const fault = faults[name]
      expect(fault, `give a fault for ${name}`).toBeDefined()
      if (!fault) return
      const mock = await createUnderstudy({ apis: [name] })
      const faulty = await alteringServer(mock.url, fault.alter)
      const results = await verifyContract({
        api,
        seed,
        target: targetAt(api, seed, faulty.url),
        source: { kind: 'file', file: onlySuccesses(committed, name) },
      })
      const failed = results.filter(({ verdict }) => verdict === 'failed')
      expect(failed.flatMap(({ reasons }) => reasons).join('\n')).toMatch(fault.reason)
      await faulty.close()
      await mock.close()
    })

    test("accepts a consumer's pact that keeps to the spec", async () => {
      const { findings, interactions } = await checkPact(apis, pactOf(`${name}-kept`))
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
      expect(interactions.length).toBeGreaterThan(2)
    })

    test("finds a fault in every interaction of a consumer's pact that does not", async () => {
      const { findings, interactions } = await checkPact(apis, pactOf(`${name}-broken`))
      expect([...new Set(findings.map(({ interaction }) => interaction))].toSorted()).toEqual(
        [...interactions].toSorted(),
      )
      expect(findings.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(1)
    })
  },
)

function pactOf(name: string): string {
  return join(import.meta.dirname, 'pacts', `${name}.json`)
}

/** The faults are in successes, and the verifier takes its time for each interaction. */
function onlySuccesses(file: string, name: string): string {
  const pact = JSON.parse(readFileSync(file, 'utf8')) as {
    interactions: { pending: boolean; response: { status: number } }[]
  }
  const interactions = pact.interactions
    .filter(({ response, pending }) => response.status < 300 && !pending)
    .slice(0, 6)
  const copy = join(workshop, `${name}-successes.json`)
  writeFileSync(copy, JSON.stringify({ ...pact, interactions }))
  return copy
}

interface WithHeaders {
  readonly headers?: Readonly<Record<string, unknown>>
  readonly generators?: { readonly header?: Readonly<Record<string, unknown>> }
}
