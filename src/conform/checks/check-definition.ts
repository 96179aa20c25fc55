import type { Pointer } from '../../openapi/api.ts'
import type { Answered } from './answered.ts'

/** One check of the suite: its stable id, what a server that passes it keeps, and where it applies. */
export type CheckDefinition = AnswerCheck | DeclaredCheck

/** Made on every answer, also on the answer to a request that is wrong on purpose. */
export interface AnswerCheck {
  readonly id: string
  readonly promises: string
  readonly appliesTo: 'every-answer'
  /** In which ways the answer breaks the promise. */
  breaches(answered: Answered): readonly Breach[]
}

/** Raised by cases that name it: single requests, flows of several, workflows beside the spec, comparisons with the mock. */
interface DeclaredCheck {
  readonly id: string
  readonly promises: string
  readonly appliesTo: 'request' | 'flow' | 'workflow' | 'comparison'
  /** Raised where a request succeeds that was to be refused, so that something may have been done that was not meant. */
  readonly accepts?: true
}

/** One way in which an answer differs from its spec; the report makes a failure of it. */
export interface Breach {
  readonly pointer: Pointer
  readonly message: string
  readonly expected: string
  /** Default: the answer in a few words. */
  readonly got?: string
  /** Why it is an assumption; `undefined` for a documented promise. */
  readonly why: string | undefined
}
