import { isObject } from '../../openapi/pointer.ts'
import { referenced, type Compiler } from './compiler.ts'
import { parseCriterion, type Criterion } from './criterion.ts'
import {
  numberAt,
  ownName,
  invalid,
  items,
  located,
  member,
  oneOf,
  onlyMembers,
  optionalText,
  textAt,
  type Node,
} from './document.ts'
import type { Action } from './workflow.ts'

/** What happens after a step, or the component that says so. */
export function actionAt(compiler: Compiler, node: Node): Action {
  const groups = ['successActions', 'failureActions'] as const
  const group =
    groups.find((name) => String(member(node, 'reference').value).startsWith(`$components.${name}.`)) ?? groups[0]
  const target = referenced(compiler, node, group)
  onlyMembers(target, ['name', 'type', 'workflowId', 'stepId', 'retryAfter', 'retryLimit', 'criteria'])
  const stepId = optionalText(member(target, 'stepId'))
  const workflowId = optionalText(member(target, 'workflowId'))
  const type = oneOf(member(target, 'type'), ['end', 'goto', 'retry'] as const)
  if (type === 'goto' && (stepId === undefined) === (workflowId === undefined)) {
    throw invalid(target, 'must name either a stepId or a workflowId')
  }
  return {
    name: textAt(member(target, 'name')),
    type,
    ...(stepId !== undefined && { stepId }),
    ...(workflowId !== undefined && { workflowId: ownName(workflowId, '$workflows.') }),
    retryAfterMs: 1000 * numberAt(member(target, 'retryAfter'), 0),
    retryLimit: numberAt(member(target, 'retryLimit'), 1),
    criteria: items(member(target, 'criteria')).map(criterionAt),
  }
}

/** A condition that an answer has to meet. */
export function criterionAt(node: Node): Criterion {
  onlyMembers(node, ['condition', 'context', 'type'])
  const condition = textAt(member(node, 'condition'))
  const context = optionalText(member(node, 'context'))
  const type = criterionType(member(node, 'type'))
  return located(node, () =>
    parseCriterion({ condition, type, ...(context !== undefined && { context }) }, node.pointer),
  )
}

function criterionType(node: Node): 'simple' | 'regex' | 'jsonpath' {
  if (node.value === undefined) return 'simple'
  const named = isObject(node.value) ? member(node, 'type') : node
  return oneOf(named, ['simple', 'regex', 'jsonpath'] as const)
}
