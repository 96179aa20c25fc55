import type { JsonObject, Pointer } from '../../spec/api.ts'
import { inferredAt } from '../../spec/inferred.ts'
import { isObject } from '../../spec/pointer.ts'
import { html, type Html, nothing } from './html.ts'
import { inlineMarkdown } from './markdown.ts'

/** The word that stands on everything which the vendor's page does not state. */
export function mark(reason: string | undefined, what = 'assumed'): Html {
  return reason === undefined ? nothing : html` <span class="mark" title="${reason}">${what}</span>`
}

/** The class by which assumptions are styled and hidden. */
export function assumedClass(reason: string | undefined): 'assumed' | '' {
  return reason === undefined ? '' : 'assumed'
}

/** The reason of an assumption as a line of its own; `what` names the part that is assumed if it is not the whole. */
export function why(reason: string | undefined, what: readonly string[] = []): Html {
  if (reason === undefined) return nothing
  const parts = what.map((part, index) => html`${index > 0 && ', '}<code>${part}</code>`)
  return html`<p class="why"><b>Assumed${parts.length > 0 && ': '}</b>${parts} — ${inlineMarkdown(reason)}</p>`
}

/** The reason of the first place that has one: of a use and of what it refers to. */
export function reasonAt(root: JsonObject, ...pointers: readonly Pointer[]): string | undefined {
  for (const pointer of pointers) {
    const reason = inferredAt(root, pointer)
    if (reason !== undefined) return reason
  }
  return undefined
}

/** How many marks of an assumption a document carries, each keyword of a mark counted. */
export function countAssumptions(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((count, entry) => count + countAssumptions(entry), 0)
  if (!isObject(node)) return 0
  return Object.entries(node).reduce((count, [name, value]) => {
    if (name !== 'x-inferred') return count + countAssumptions(value)
    return count + (isObject(value) ? Object.keys(value).length : 1)
  }, 0)
}
