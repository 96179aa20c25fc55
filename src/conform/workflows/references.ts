import { isObject, pointerTo } from '../../openapi/pointer.ts'
import type { Pointer } from '../../openapi/api.ts'
import { invalid, type RawDocument } from './document.ts'
import { expressionsOfCriterion } from './criterion.ts'
import { expressionsIn, parseExpression, type Expression } from './expression.ts'
import type { Action, Step, Workflow, WorkflowDocument } from './workflow.ts'

/** Throws SPEC_INVALID for the first name in the workflows that names nothing: an input, a step, an output, a workflow. */
export function checkReferences(compiled: WorkflowDocument, document: RawDocument): void {
  const seen = new Set<string>()
  for (const workflow of compiled.workflows) {
    const fail = (pointer: Pointer, reason: string): never => {
      throw invalid({ document, pointer }, reason)
    }
    if (seen.has(workflow.id)) fail(`${workflow.pointer}/workflowId`, `${workflow.id} is the id of another workflow`)
    seen.add(workflow.id)
    checkWorkflow({ compiled, workflow, fail })
  }
}

interface Place {
  readonly compiled: WorkflowDocument
  readonly workflow: Workflow
  readonly fail: (pointer: Pointer, reason: string) => never
}

function checkWorkflow(place: Place): void {
  const { workflow, fail } = place
  workflow.dependsOn.forEach((id, index) => checkWorkflowId(place, id, pointerTo(workflow.pointer, 'dependsOn', index)))
  for (const name of workflow.fresh) {
    if (typeof workflow.inputs[name]?.default !== 'string')
      fail(pointerTo(workflow.pointer, 'x-inputs', 'fresh'), `${name} is no text among the inputs`)
  }
  const before = new Map<string, Step>()
  for (const step of workflow.steps) {
    if (before.has(step.id)) fail(pointerTo(step.pointer, 'stepId'), `${step.id} is the id of another step`)
    checkStep(place, step, before)
    before.set(step.id, step)
  }
  checkExpressions(place, workflow.outputs, pointerTo(workflow.pointer, 'outputs'), before)
}

function checkStep(place: Place, step: Step, before: ReadonlyMap<string, Step>): void {
  const within = new Map([...before, [step.id, step]])
  step.parameters.forEach((parameter, index) =>
    checkExpressions(place, parameter.value, pointerTo(step.pointer, 'parameters', index), before),
  )
  if (step.kind === 'workflow') checkWorkflowId(place, step.workflowId, pointerTo(step.pointer, 'workflowId'))
  if (step.kind === 'operation' && step.body) {
    checkExpressions(place, step.body.payload, pointerTo(step.pointer, 'requestBody', 'payload'), before)
    const values = step.body.replacements.map(({ value }) => value)
    checkExpressions(place, values, pointerTo(step.pointer, 'requestBody', 'replacements'), before)
  }
  for (const criterion of step.criteria) {
    for (const text of expressionsOfCriterion(criterion)) checkExpression(place, text, criterion.pointer, within)
  }
  checkExpressions(place, step.outputs, pointerTo(step.pointer, 'outputs'), within)
  for (const action of [...step.onSuccess, ...step.onFailure]) checkAction(place, action, step.pointer)
}

function checkAction(place: Place, action: Action, pointer: Pointer): void {
  if (action.workflowId !== undefined) checkWorkflowId(place, action.workflowId, pointer)
  const known = action.stepId === undefined || place.workflow.steps.some((step) => step.id === action.stepId)
  if (!known) place.fail(pointer, `${action.stepId} is no step of ${place.workflow.id}`)
}

function checkWorkflowId(place: Place, id: string, pointer: Pointer): void {
  if (!place.compiled.workflows.some((workflow) => workflow.id === id))
    place.fail(pointer, `${id} is no workflow of this document`)
}

function checkExpressions(place: Place, value: unknown, pointer: Pointer, steps: ReadonlyMap<string, Step>): void {
  for (const text of expressionsIn(value)) {
    // `{$…}` inside a text may not be an expression at all; one that stands alone was recognised by being one.
    checkExpression(place, text, pointer, steps)
  }
}

function checkExpression(place: Place, text: string, pointer: Pointer, steps: ReadonlyMap<string, Step>): void {
  const reason = unknownName(parsed(place, text, pointer), place, steps)
  if (reason !== undefined) place.fail(pointer, `${text}: ${reason}`)
}

function parsed(place: Place, text: string, pointer: Pointer): Expression {
  try {
    return parseExpression(text)
  } catch (error) {
    return place.fail(pointer, (error as Error).message)
  }
}

function unknownName(expression: Expression, place: Place, steps: ReadonlyMap<string, Step>): string | undefined {
  switch (expression.kind) {
    case 'input':
      return expression.name in place.workflow.inputs
        ? undefined
        : `${expression.name} is no input of ${place.workflow.id}`
    case 'step': {
      const step = steps.get(expression.step)
      if (step === undefined) return `${expression.step} is no step before this one`
      return expression.output in step.outputs ? undefined : `${expression.output} is no output of ${expression.step}`
    }
    case 'workflow': {
      const other = place.compiled.workflows.find((workflow) => workflow.id === expression.workflow)
      if (other === undefined) return `${expression.workflow} is no workflow of this document`
      const names = expression.of === 'inputs' ? other.inputs : other.outputs
      return expression.name in names
        ? undefined
        : `${expression.name} is not among the ${expression.of} of ${other.id}`
    }
    case 'component': {
      const components = place.compiled.root['components']
      const group = isObject(components) ? components[expression.group] : undefined
      return isObject(group) && expression.name in group ? undefined : 'is not among the components'
    }
    default:
      return undefined
  }
}
