import type { Exchanged } from '../transport/transport.ts'
import type { OperationStep, Step } from './workflow.ts'

/**
 * What a step has done to the server, next to what its criteria wanted: as they wanted, refused where it was to succeed, or
 * taken where it was to be refused. `unknown`: its criteria do not say, or it is a workflow of its own.
 */
export type StepEffect = 'as-wanted' | 'refused' | 'taken' | 'unknown'

export function effectOf(step: Step, { sent, outcome }: Exchanged, isRefused: boolean): StepEffect {
  if (step.kind === 'workflow' || outcome.kind === 'no-answer') return 'unknown'
  if (['GET', 'HEAD', 'OPTIONS'].includes(sent.method)) return 'as-wanted'
  if (wantsSuccess(step)) return isRefused ? 'refused' : 'as-wanted'
  if (wantsRefusal(step)) return isRefused ? 'as-wanted' : 'taken'
  return 'unknown'
}

/**
 * Whether a step means the same although a step before it was refused that was to succeed: it is to succeed itself and asks
 * for the same kind of thing, or is to be refused for what it says. What looks at the state, or sends the same again, does not.
 */
export function isIndependentOf(refused: readonly OperationStep[], step: Step): boolean {
  if (refused.length === 0) return true
  if (step.kind === 'workflow' || refused.some((each) => sendsTheSame(each, step))) return false
  if (wantsSuccess(step)) return refused.every(({ operation }) => operation === step.operation)
  return step.criteria.some(({ text }) => /^\$statusCode == (?:400|413|415|422)$/.test(text))
}

/** Whether a rule compares with something that a refused step would have given. */
export function namesOutputOf(refused: readonly OperationStep[], { expected }: { readonly expected: string }): boolean {
  return refused.some(({ id }) => expected.includes(`$steps.${id}.`))
}

function wantsSuccess({ criteria }: Step): boolean {
  return criteria.some(({ text }) => isSuccessWanted(text))
}

function wantsRefusal({ criteria }: Step): boolean {
  return criteria.some(({ text }) => isRefusalWanted(text))
}

export function isSuccessWanted(condition: string): boolean {
  return /^\$statusCode (?:< 3|== 2|>= 2)/.test(condition)
}

export function isRefusalWanted(condition: string): boolean {
  return /^\$statusCode (?:>= 4|== 4)/.test(condition)
}

function sendsTheSame(one: OperationStep, other: OperationStep): boolean {
  return one.operation === other.operation && JSON.stringify(one.body) === JSON.stringify(other.body)
}
