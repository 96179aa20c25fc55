import { describe, expect, test } from 'vitest'
import { createPayments, paymentsFaults, paymentsVariants } from '../../lab/foreign/payments.ts'
import { createPetstore, petstoreFaults, petstoreVariants } from '../../lab/foreign/petstore.ts'
import { createProjects, projectsFaults, projectsVariants } from '../../lab/foreign/projects.ts'
import type { ToyApi } from '../../lab/foreign/toy-server.ts'
import { tryServer } from '../../lab/foreign/try.ts'

interface Toy {
  readonly create: (quirk: never) => ToyApi
  readonly faults: readonly string[]
  readonly variants: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

const toys: Readonly<Record<string, Toy>> = {
  petstore: { create: createPetstore, faults: petstoreFaults, variants: petstoreVariants, headers: {} },
  payments: {
    create: createPayments,
    faults: paymentsFaults,
    variants: paymentsVariants,
    headers: { authorization: 'Bearer sk_test_1' },
  },
  projects: {
    create: createProjects,
    faults: projectsFaults,
    variants: projectsVariants,
    headers: { 'x-api-key': 'secret' },
  },
}

const servers = Object.entries(toys).flatMap(([name, { faults, variants }]) => [
  ...faults.map((quirk) => ({ name, quirk, isFaulty: true })),
  ...variants.map((quirk) => ({ name, quirk, isFaulty: false })),
])

describe('a server of a document of somebody else, known by its address and a header', () => {
  test.each(servers)('$name that $quirk: faulty $isFaulty', async ({ name, quirk, isFaulty }) => {
    const { create, headers } = toys[name] as Toy
    const { failures, flaky } = await tryServer(`${name}.yaml`, create(quirk as never), headers)
    if (isFaulty) expect(failures.map(({ check }) => check)).not.toEqual([])
    else expect([...failures, ...flaky].map(({ key }) => key)).toEqual([])
  })
})
