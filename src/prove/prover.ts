import type { Suite } from '../conform/run/suite.ts'
import type { SeededDefect } from './defect.ts'
import type { Gateway } from './gateway.ts'
import { search, type Experience, type Trial } from './trial.ts'

/** The suite of one API before a server whose defect can be exchanged. */
export interface Prover {
  /** The ids of the defects that it can have. */
  readonly ids: readonly string[]
  /** Runs the suite until the defect is found as it is to be. */
  prove(id: string): Promise<Trial>
  close(): Promise<void>
}

export interface ProverParts {
  readonly gateway: Gateway
  readonly suite: Suite
  readonly defects: readonly SeededDefect[]
  readonly experience: Experience
  /** Keys of failures that the server has without any defect. */
  readonly known?: ReadonlySet<string>
  /** Brings the server back to where it began. */
  reset(): Promise<void> | void
  close(): Promise<void>
}

/** Gives the server one defect after the other, and looks what the suite makes of it. */
export function createProver(parts: ProverParts): Prover {
  const { gateway, suite, experience, known } = parts
  const byId = new Map(parts.defects.map((each) => [each.id, each]))
  return {
    ids: [...byId.keys()],
    prove: async (id) => {
      const { api, operation, operator, tier, ...rest } = byId.get(id) as SeededDefect
      await parts.reset()
      gateway.behave(rest.create())
      try {
        const found = await search(suite, { id, operation, tier, expected: rest.expected }, experience, known)
        return { id, api, operation, operator, tier, ...found, wrongs: gateway.wrongs }
      } finally {
        gateway.behave(undefined)
      }
    },
    close: () => parts.close(),
  }
}
