import type { Operation } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'
import { actionAt, criterionAt } from './compile-action.ts'
import { overridden, parameterAt } from './compile-parameter.ts'
import type { Compiler } from './compiler.ts'
import {
  identifierAt,
  ownName,
  flagAt,
  invalid,
  items,
  located,
  member,
  members,
  onlyMembers,
  optionalText,
  textAt,
  type Node,
} from './document.ts'
import { parseExpression } from './expression.ts'
import type { RequestBody, Step } from './workflow.ts'

type Common = Pick<Step, 'parameters' | 'onSuccess' | 'onFailure'>

const stepMembers = [
  'stepId',
  'description',
  'operationId',
  'operationPath',
  'workflowId',
  'parameters',
  'requestBody',
  'successCriteria',
  'onSuccess',
  'onFailure',
  'outputs',
]

/** One step: the call of an operation or of another workflow. */
export function compileStep(compiler: Compiler, node: Node, common: Common): Step {
  onlyMembers(node, stepMembers)
  const id = identifierAt(member(node, 'stepId'))
  const onSuccess = items(member(node, 'onSuccess')).map((each) => actionAt(compiler, each))
  const onFailure = items(member(node, 'onFailure')).map((each) => actionAt(compiler, each))
  const own = items(member(node, 'parameters')).map((each) => parameterAt(compiler, each))
  const base = {
    id,
    description: optionalText(member(node, 'description')) ?? id,
    pointer: node.pointer,
    criteria: items(member(node, 'successCriteria')).map(criterionAt),
    outputs: outputsAt(member(node, 'outputs')),
    onSuccess: onSuccess.length > 0 ? onSuccess : common.onSuccess,
    onFailure: onFailure.length > 0 ? onFailure : common.onFailure,
    cleanup: flagAt(member(node, 'x-cleanup')),
  }
  if (isObject(node.value) && 'workflowId' in node.value) {
    return {
      ...base,
      kind: 'workflow',
      workflowId: ownName(textAt(member(node, 'workflowId')), '$workflows.'),
      parameters: own,
    }
  }
  for (const [index, parameter] of own.entries()) {
    if (parameter.in === undefined)
      throw invalid({ ...node, pointer: `${node.pointer}/parameters/${index}` }, 'must have an in')
  }
  const body = bodyAt(member(node, 'requestBody'))
  const parameters = overridden(common.parameters, own)
  return { ...base, kind: 'operation', operation: operationAt(compiler, node), parameters, ...(body && { body }) }
}

function operationAt(compiler: Compiler, step: Node): Operation {
  const path = member(step, 'operationPath')
  const node = path.value === undefined ? member(step, 'operationId') : path
  const text = textAt(node)
  const found = compiler.api.operations.find(
    path.value === undefined
      ? (operation) => operation.id === ownName(text, `$sourceDescriptions.${compiler.source}.`)
      : (operation) => text === `{$sourceDescriptions.${compiler.source}.url}#${operation.pointer}`,
  )
  if (found === undefined) throw invalid(node, `${JSON.stringify(text)} is no operation of ${compiler.api.file}`)
  return found
}

function bodyAt(node: Node): RequestBody | undefined {
  if (node.value === undefined) return undefined
  onlyMembers(node, ['contentType', 'payload', 'replacements'])
  const { value: payload } = member(node, 'payload')
  if (payload === undefined) throw invalid(node, 'must have a payload')
  const replacements = items(member(node, 'replacements')).map((each) => {
    const target = textAt(member(each, 'target'))
    if (!target.startsWith('/')) throw invalid(member(each, 'target'), 'must be a JSON pointer')
    return { target, value: member(each, 'value').value }
  })
  return { contentType: optionalText(member(node, 'contentType')) ?? 'application/json', payload, replacements }
}

/** Named expressions, checked. */
export function outputsAt(node: Node): Record<string, string> {
  return Object.fromEntries(
    members(node).map(([name, each]) => {
      const text = textAt(each)
      located(each, () => parseExpression(text))
      return [name, text]
    }),
  )
}
