import type { JsonObject } from '../../openapi/api.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { anchor, anchoredHeading } from '../anchor.ts'
import { why } from '../assumption.ts'
import { objectAt } from '../document-part.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { valueText } from './json-view.ts'
import { schemaFacts } from './schema-facts.ts'
import { VALUES_IN_SIGHT } from './schema-view.ts'

/** Components whose values are too many to be repeated wherever they are used. */
export function longListNames(document: JsonObject): string[] {
  const schemas = objectAt(document, '/components/schemas')
  return Object.keys(schemas).filter((name) => {
    const { enum: values } = objectAt(schemas, pointerTo('', name))
    return Array.isArray(values) && values.length > VALUES_IN_SIGHT
  })
}

export function longListsView(document: JsonObject): Html {
  const names = longListNames(document)
  if (names.length === 0) return nothing
  return html`<section class="plain">
    ${anchoredHeading(2, 'about-values', html`Lists of values`)}${names.map((name) => longListView(document, name))}
  </section>`
}

function longListView(document: JsonObject, name: string): Html {
  const { values } = schemaFacts(document, [pointerTo('/components/schemas', name)])
  const reasons = [...new Set(values.map(({ reason }) => reason))]
  return html`<details class="fold" id="${anchor('values', name)}">
    <summary><b>${name}</b>, ${values.length} values</summary>
    ${reasons.map((reason) => why(reason))}
    <p class="value-list"><code>${values.map(({ value }) => valueText(value)).join('  ')}</code></p>
  </details>`
}
