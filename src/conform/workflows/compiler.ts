import type { Api } from '../../openapi/api.ts'
import { invalid, member, textAt, type Node } from './document.ts'

/** What every part of an Arazzo file may refer to. */
export interface Compiler {
  readonly api: Api
  readonly root: Node
  /** The name of the source description that stands for the API. */
  readonly source: string
}

/** The object itself, or the component that it names by `reference: $components.<group>.<name>`. */
export function referenced(compiler: Compiler, node: Node, group: string): Node {
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
