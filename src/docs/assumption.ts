import type { Api, JsonObject, Pointer } from '../openapi/api.ts'
import { assumptionAt, countAssumptions } from '../openapi/assumption.ts'
import { html, type Html, nothing } from '../output/html.ts'
import { inlineMarkdown } from './markdown.ts'

/** Why something is an assumption; `undefined` where the vendor's page states it. */
export type Reason = string | undefined

/** The reason that is still to be told: not again the one that covers everything here already. */
export function ownReason(reason: Reason, outer: Reason): Reason {
  return reason === outer ? undefined : reason
}

/** The word that stands on everything which the vendor's page does not state. */
export function mark(reason: Reason, what = 'assumed'): Html {
  return reason === undefined ? nothing : html` <span class="mark" title="${reason}">${what}</span>`
}

/** The class by which assumptions are styled and hidden. */
export function assumedClass(reason: Reason): 'assumed' | '' {
  return reason === undefined ? '' : 'assumed'
}

/** The reason of an assumption as a line of its own; `what` names the part that is assumed if it is not the whole. */
export function why(reason: Reason, what: readonly string[] = []): Html {
  if (reason === undefined) return nothing
  const parts = what.map((part, index) => html`${index > 0 && ', '}<code>${part}</code>`)
  return html`<p class="why" data-keywords="${what.join(' ')}">
    <b>Assumed${parts.length > 0 && ': '}</b>${parts} — ${inlineMarkdown(reason)}
  </p>`
}

/** The reason of the first place that has one: of a use and of what it refers to. */
export function reasonAt(root: JsonObject, ...pointers: readonly Pointer[]): Reason {
  for (const pointer of pointers) {
    const reason = assumptionAt(root, pointer)
    if (reason !== undefined) return reason
  }
  return undefined
}

/** How many marks of an assumption an API's operations and components carry, each keyword of a mark counted. */
export function assumptionsIn({ document }: Api): number {
  return countAssumptions(document['paths']) + countAssumptions(document['components'])
}
