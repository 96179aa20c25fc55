import { variablesIn } from '../../openapi/extensions.ts'
import { actionAt } from './compile-action.ts'
import { parameterAt } from './compile-parameter.ts'
import { compileStep, outputsAt } from './compile-step.ts'
import type { Compiler } from './compiler.ts'
import {
  identifierAt,
  ownName,
  followRef,
  invalid,
  items,
  member,
  members,
  objectAt,
  oneOf,
  onlyMembers,
  optionalText,
  textAt,
  type Node,
} from './document.ts'
import type { Input, Workflow } from './workflow.ts'

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

/** One workflow with its steps. Throws SPEC_INVALID for the first mistake in it. */
export function compileWorkflow(compiler: Compiler, node: Node): Workflow {
  onlyMembers(node, workflowMembers)
  const id = identifierAt(member(node, 'workflowId'))
  const common = {
    parameters: items(member(node, 'parameters')).map((each) => parameterAt(compiler, each)),
    onSuccess: items(member(node, 'successActions')).map((each) => actionAt(compiler, each)),
    onFailure: items(member(node, 'failureActions')).map((each) => actionAt(compiler, each)),
  }
  const needs = items(member(node, 'x-needs')).map((each) => oneOf(each, ['reset', 'seed'] as const))
  const steps = items(member(node, 'steps')).map((each) => compileStep(compiler, each, common))
  if (steps.length === 0) throw invalid(member(node, 'steps'), 'must list at least one step')
  return {
    id,
    summary: optionalText(member(node, 'summary')) ?? id,
    pointer: node.pointer,
    inputs: inputsAt(compiler, member(node, 'inputs')),
    fresh: items(member(member(node, 'x-inputs'), 'fresh')).map(textAt),
    needsReset: needs.includes('reset'),
    needsSeed: needs.includes('seed'),
    dependsOn: items(member(node, 'dependsOn')).map((each) => ownName(textAt(each), '$workflows.')),
    steps,
    outputs: outputsAt(member(node, 'outputs')),
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
  const variable = variablesIn(compiler.api.document).find((each) => each.name === name)
  const same = variable === undefined || JSON.stringify(variable.value) === JSON.stringify(schema['default'])
  if (!same)
    throw invalid(member(node, 'default'), `differs from the value of ${name} in x-variables of ${compiler.api.file}`)
  return { default: schema['default'], secret: schema['format'] === 'password' }
}
