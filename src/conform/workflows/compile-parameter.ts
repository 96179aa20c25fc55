import { referenced, type Compiler } from './compiler.ts'
import { flagAt, invalid, member, oneOf, onlyMembers, textAt, type Node } from './document.ts'
import type { StepParameter } from './workflow.ts'

/** A parameter, or the component that is one. */
export function parameterAt(compiler: Compiler, node: Node): StepParameter {
  const target = referenced(compiler, node, 'parameters')
  onlyMembers(target, ['name', 'in', 'value'])
  const place = member(target, 'in')
  const override = target === node ? undefined : member(node, 'value').value
  const { value } = member(target, 'value')
  const mark = markAt(member(target, 'x-allowReserved'))
  if (value === undefined && override === undefined) throw invalid(target, 'must have a value')
  return {
    name: textAt(member(target, 'name')),
    in: place.value === undefined ? undefined : oneOf(place, ['path', 'query', 'header', 'cookie'] as const),
    value: override ?? value,
    // Redocly's runner looks for the mark beside the reference, not behind it.
    allowReserved: mark === true || markAt(member(node, 'x-allowReserved')) === true,
    encoded: mark === 'encoded',
  }
}

/** `true`: reserved characters are sent as they are; `encoded`: all characters are, for the value is encoded already. */
function markAt(node: Node): boolean | 'encoded' {
  return node.value === 'encoded' ? 'encoded' : flagAt(node)
}

/** Parameters of a workflow, of which a step replaces those with the same name and place. */
export function overridden(general: readonly StepParameter[], own: readonly StepParameter[]): StepParameter[] {
  const key = (parameter: StepParameter): string => `${parameter.in}:${parameter.name.toLowerCase()}`
  const replaced = new Set(own.map(key))
  return [...general.filter((parameter) => !replaced.has(key(parameter))), ...own]
}
