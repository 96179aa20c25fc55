import { hear, type Hearing } from './alarms.ts'
import { hearIndependent, openIndependentProver } from './independent.ts'
import type { Part } from './part.ts'
import type { Prover } from '../../src/prove/prover.ts'
import type { Trial } from '../../src/prove/trial.ts'
import { openProver } from './trial.ts'
import { liberties } from './liberties.ts'
import { variants } from './variants.ts'

/** What a worker process is asked for. */
export type Job =
  | { readonly kind: 'list'; readonly part: Part; readonly api: string }
  | { readonly kind: 'prove'; readonly part: Part; readonly api: string; readonly id: string }
  | { readonly kind: 'hear'; readonly part: Part; readonly api: string; readonly id: string }

/** What comes back, by the kind of the job. */
export type Result =
  | { readonly kind: 'list'; readonly ids: readonly string[] }
  | { readonly kind: 'prove'; readonly trial: Trial }
  | { readonly kind: 'hear'; readonly hearing: Hearing }

/** Does jobs one after the other, and keeps the servers that it has started for the next one. */
export function createWorkbench(): { run(job: Job): Promise<Result>; close(): Promise<void> } {
  const provers = new Map<string, Promise<Prover>>()
  const proverFor = ({ part, api }: Job): Promise<Prover> => {
    const key = `${part} ${api}`
    const prover = provers.get(key) ?? (part === 'seeded' ? openProver(api) : openIndependentProver(api))
    provers.set(key, prover)
    return prover
  }
  return {
    run: async (job) => {
      if (job.kind === 'hear') return { kind: 'hear', hearing: await hearingOf(job.part, job.api, job.id) }
      const prover = await proverFor(job)
      return job.kind === 'list'
        ? { kind: 'list', ids: prover.ids }
        : { kind: 'prove', trial: await prover.prove(job.id) }
    },
    close: async () => {
      for (const prover of provers.values()) await (await prover).close()
    },
  }
}

/** The correct servers of a part, by their names. */
export function correctServers(part: Part, api: string): string[] {
  if (part === 'independent') return ['reset', 'no reset']
  return [...variants, ...liberties].filter(({ apis }) => apis?.includes(api) ?? true).map(({ name }) => name)
}

async function hearingOf(part: Part, api: string, id: string): Promise<Hearing> {
  if (part === 'independent') return hearIndependent(api, id === 'reset')
  const variant = [...variants, ...liberties].find(({ name }) => name === id)
  if (!variant) throw new Error(`There is no correct variant ${id}`)
  return hear(api, variant)
}
