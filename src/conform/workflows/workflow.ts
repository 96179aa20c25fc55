import type { ApiName, JsonObject, Operation, Pointer } from '../../openapi/api.ts'
import type { Criterion } from './criterion.ts'

/** An Arazzo document, compiled against the API whose operations it calls. */
export interface WorkflowDocument {
  readonly api: ApiName
  /** For messages: `openapi/polis.arazzo.yaml`. */
  readonly file: string
  /** The folder that `$file(…)` starts from. */
  readonly folder: string
  readonly root: JsonObject
  readonly workflows: readonly Workflow[]
  /** `credentials` of `x-inputs`: inputs that carry a part of a credential of the seed, by the input's name. */
  readonly credentials: Readonly<Record<string, CredentialInput>>
}

export interface CredentialInput {
  /** The id of a row of `credentials.json`. */
  readonly credential: string
  /** Lower case. */
  readonly header: string
  /** What stands before the input's value in the header: `Bearer `. */
  readonly prefix: string
}

export interface Workflow {
  readonly id: string
  readonly summary: string
  readonly pointer: Pointer
  readonly inputs: Readonly<Record<string, Input>>
  /** Inputs to which a runner appends a suffix of its own, so that no two runs send the same value (`fresh` of `x-inputs`). */
  readonly fresh: readonly string[]
  /** The API cannot take back what the workflow does (`x-needs: [reset]`). */
  readonly needsReset: boolean
  /** It only holds right after a reset (`x-needs: [seed]`). */
  readonly needsSeed: boolean
  readonly dependsOn: readonly string[]
  readonly steps: readonly Step[]
  readonly outputs: Readonly<Record<string, unknown>>
}

export interface Input {
  readonly default: unknown
  /** `format: password`: never shown. */
  readonly secret: boolean
}

export type Step = OperationStep | WorkflowStep

interface StepBase {
  readonly id: string
  readonly description: string
  readonly pointer: Pointer
  readonly parameters: readonly StepParameter[]
  readonly criteria: readonly Criterion[]
  readonly outputs: Readonly<Record<string, unknown>>
  readonly onSuccess: readonly Action[]
  readonly onFailure: readonly Action[]
  /** `x-cleanup`: takes back what the workflow did, also when a step before it has failed. */
  readonly cleanup: boolean
}

export interface OperationStep extends StepBase {
  readonly kind: 'operation'
  readonly operation: Operation
  readonly body?: RequestBody
}

export interface WorkflowStep extends StepBase {
  readonly kind: 'workflow'
  readonly workflowId: string
}

export interface StepParameter {
  readonly name: string
  /** `undefined`: an input of the workflow that the step calls. */
  readonly in: 'path' | 'query' | 'header' | 'cookie' | undefined
  readonly value: unknown
  /** `x-allowReserved`: reserved characters of a query value are sent as they are. */
  readonly allowReserved: boolean
  /** `x-allowReserved: encoded`: the value of a path parameter is percent-encoded already. */
  readonly encoded: boolean
}

export interface RequestBody {
  readonly contentType: string
  readonly payload: unknown
  readonly replacements: readonly { readonly target: Pointer; readonly value: unknown }[]
}

export interface Action {
  readonly name: string
  readonly type: 'end' | 'goto' | 'retry'
  readonly stepId?: string
  readonly workflowId?: string
  readonly retryAfterMs: number
  readonly retryLimit: number
  readonly criteria: readonly Criterion[]
}
