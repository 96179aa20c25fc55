import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Api, JsonObject, Operation } from '../../spec/api.ts'
import { isObject } from '../../spec/pointer.ts'
import { checkReferences } from './references.ts'
import {
  flagAt,
  followRef,
  invalid,
  items,
  located,
  member,
  members,
  objectAt,
  oneOf,
  onlyMembers,
  optionalText,
  readDocument,
  textAt,
  type Node,
} from './document.ts'
import { parseCriterion, type Criterion } from './criterion.ts'
import { parseExpression } from './expression.ts'
import type {
  Action,
  CredentialInput,
  Input,
  RequestBody,
  Step,
  StepParameter,
  Workflow,
  WorkflowDocument,
} from './workflow.ts'

/** The workflows beside an API's spec, `<folder>/<api>.arazzo.yaml`; `undefined` when there is no such file. */
export function loadWorkflows(api: Api, folder: string): WorkflowDocument | undefined {
  const path = join(folder, `${api.name}.arazzo.yaml`)
  return existsSync(path) ? compileWorkflows(api, path, `openapi/${basename(path)}`) : undefined
}

/** Reads and checks an Arazzo file. Throws SPEC_INVALID with file and pointer for the first mistake in it. */
export function compileWorkflows(api: Api, path: string, file: string): WorkflowDocument {
  const document = readDocument(path, file)
  const root: Node = { document, pointer: '', value: document.root }
  onlyMembers(root, ['arazzo', 'info', 'sourceDescriptions', 'workflows', 'components'])
  checkVersion(member(root, 'arazzo'))
  const compiler: Compiler = { api, root, source: sourceOf(root, api) }
  const workflows = items(member(root, 'workflows')).map((node) => compileWorkflow(compiler, node))
  if (workflows.length === 0) throw invalid(member(root, 'workflows'), 'must list at least one workflow')
  const credentials = Object.fromEntries(
    members(member(root, 'x-credentials')).map(([name, node]) => [name, credentialAt(node)]),
  )
  const compiled = { api: api.name, file, folder: document.folder, root: document.root, workflows, credentials }
  checkReferences(compiled, document)
  return compiled
}

interface Compiler {
  readonly api: Api
  readonly root: Node
  /** The name of the source description that stands for the API. */
  readonly source: string
}

function checkVersion(node: Node): void {
  if (!/^1\.0\.\d+$/.test(textAt(node))) throw invalid(node, 'must be 1.0.x')
}

function sourceOf(root: Node, api: Api): string {
  const sources = items(member(root, 'sourceDescriptions'))
  const found = sources.find((node) => basename(textAt(member(node, 'url'))) === basename(api.file))
  for (const node of sources) onlyMembers(node, ['name', 'url', 'type'])
  if (found === undefined) throw invalid(member(root, 'sourceDescriptions'), `must name ${basename(api.file)}`)
  return textAt(member(found, 'name'))
}

function credentialAt(node: Node): CredentialInput {
  onlyMembers(node, ['credential', 'header', 'prefix'])
  const prefix = optionalText(member(node, 'prefix')) ?? ''
  return {
    credential: textAt(member(node, 'credential')),
    header: textAt(member(node, 'header')).toLowerCase(),
    prefix,
  }
}

const workflowMembers = [
  'workflowId',
  'summary',
  'description',
  'inputs',
  'dependsOn',
  'steps',
  'successActions',
  'failureActions',
  'outputs',
  'parameters',
]

function compileWorkflow(compiler: Compiler, node: Node): Workflow {
  onlyMembers(node, workflowMembers)
  const id = identifierAt(member(node, 'workflowId'))
  const common = {
    parameters: items(member(node, 'parameters')).map((each) => parameterAt(compiler, each)),
    onSuccess: items(member(node, 'successActions')).map((each) => actionAt(compiler, each)),
    onFailure: items(member(node, 'failureActions')).map((each) => actionAt(compiler, each)),
  }
  const steps = items(member(node, 'steps')).map((each) => compileStep(compiler, each, common))
  if (steps.length === 0) throw invalid(member(node, 'steps'), 'must list at least one step')
  return {
    id,
    summary: optionalText(member(node, 'summary')) ?? id,
    pointer: node.pointer,
    inputs: inputsAt(compiler, member(node, 'inputs')),
    fresh: items(member(node, 'x-fresh')).map(textAt),
    needsReset: flagAt(member(node, 'x-needs-reset')),
    needsSeed: flagAt(member(node, 'x-needs-seed')),
    dependsOn: items(member(node, 'dependsOn')).map((each) => ownName(textAt(each), '$workflows.')),
    steps,
    outputs: outputsAt(member(node, 'outputs')),
  }
}

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

function compileStep(compiler: Compiler, node: Node, common: Common): Step {
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

function parameterAt(compiler: Compiler, node: Node): StepParameter {
  const target = referenced(compiler, node, 'parameters')
  onlyMembers(target, ['name', 'in', 'value'])
  const place = member(target, 'in')
  const override = target === node ? undefined : member(node, 'value').value
  const { value } = member(target, 'value')
  if (value === undefined && override === undefined) throw invalid(target, 'must have a value')
  return {
    name: textAt(member(target, 'name')),
    in: place.value === undefined ? undefined : oneOf(place, ['path', 'query', 'header', 'cookie'] as const),
    value: override ?? value,
    // Redocly's runner looks for the mark beside the reference, not behind it.
    allowReserved: flagAt(member(target, 'x-allowReserved')) || flagAt(member(node, 'x-allowReserved')),
    encoded: flagAt(member(target, 'x-encoded')),
  }
}

/** The object itself, or the component that it names by `reference: $components.<group>.<name>`. */
function referenced(compiler: Compiler, node: Node, group: string): Node {
  const reference = member(node, 'reference')
  if (reference.value === undefined) return node
  const text = textAt(reference)
  const prefix = `$components.${group}.`
  const found = text.startsWith(prefix)
    ? member(member(member(compiler.root, 'components'), group), text.slice(prefix.length))
    : undefined
  if (found?.value === undefined) throw invalid(reference, `${text} is not among the components`)
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

function criterionAt(node: Node): Criterion {
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

function actionAt(compiler: Compiler, node: Node): Action {
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

function inputsAt(compiler: Compiler, node: Node): Record<string, Input> {
  if (node.value === undefined) return {}
  const schema = followRef(node)
  return Object.fromEntries(
    members(member(schema, 'properties')).map(([name, each]) => [name, inputAt(compiler, name, each)]),
  )
}

/** An input that is called like a variable of the spec has to stand for the same value: a target names both at once. */
function inputAt(compiler: Compiler, name: string, node: Node): Input {
  const schema = objectAt(followRef(node))
  const variables = compiler.api.document['x-variables']
  const variable = isObject(variables) ? (variables[name] as JsonObject | undefined) : undefined
  const same = variable === undefined || JSON.stringify(variable['value']) === JSON.stringify(schema['default'])
  if (!same)
    throw invalid(member(node, 'default'), `differs from the value of ${name} in x-variables of ${compiler.api.file}`)
  return { default: schema['default'], secret: schema['format'] === 'password' }
}

function outputsAt(node: Node): Record<string, string> {
  return Object.fromEntries(
    members(node).map(([name, each]) => {
      const text = textAt(each)
      located(each, () => parseExpression(text))
      return [name, text]
    }),
  )
}

function overridden(general: readonly StepParameter[], own: readonly StepParameter[]): StepParameter[] {
  const key = (parameter: StepParameter): string => `${parameter.in}:${parameter.name.toLowerCase()}`
  const replaced = new Set(own.map(key))
  return [...general.filter((parameter) => !replaced.has(key(parameter))), ...own]
}

function identifierAt(node: Node): string {
  const id = textAt(node)
  if (!/^[\w-]+$/.test(id)) throw invalid(node, 'must consist of letters, digits, - and _')
  return id
}

function numberAt(node: Node, fallback: number): number {
  if (node.value === undefined) return fallback
  if (typeof node.value !== 'number' || node.value < 0) throw invalid(node, 'must be a number, 0 or more')
  return node.value
}

function ownName(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}
