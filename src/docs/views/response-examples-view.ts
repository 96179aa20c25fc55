import type { MediaTypeSpec, Operation, ResponseSpec } from '../../openapi/api.ts'
import { pointerTo, valueAt } from '../../openapi/pointer.ts'
import { sampleOf } from '../../openapi/sample.ts'
import { successStatuses } from '../../openapi/scenario.ts'
import type { DocumentedApi } from '../documented-api.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { jsonBlock } from './json-view.ts'
import { statusChip } from './responses-view.ts'
import { tabsView } from './tabs-view.ts'

interface Shown {
  readonly value: unknown
  /** Where the document has no example, what its schema asks for. */
  readonly isMade: boolean
}

/** What each status is answered with: a button for each, the first status of success open. `name`: the example of the request. */
export function responseExamplesView({ api }: DocumentedApi, operation: Operation, name: string | undefined): Html {
  const success = successStatuses(operation)
  const statuses = Object.entries(operation.responses).toSorted(
    ([one], [other]) => Number(success.includes(other)) - Number(success.includes(one)),
  )
  const tabs = statuses.flatMap(([status, response]) => {
    const shown = shownOf(response, name) ?? madeFor(api.document, response)
    return shown ? [{ label: statusChip(status, undefined), body: exampleView(shown), reason: response.inferred ?? operation.inferred }] : []
  })
  if (tabs.length === 0) return nothing
  return html`<div class="card answer-example">
    <p class="card-head"><span>${tabs.length === 1 ? 'Response' : 'Responses'}</span></p>
    ${tabsView(tabs)}
  </div>`
}

function exampleView({ value, isMade }: Shown): Html {
  return html`<div>${isMade && html`<p class="made">Made from the schema: the document has no example.</p>`}${jsonBlock(value)}</div>`
}

/** Examples of one name belong together: the request's and the answer's. */
function shownOf({ content }: ResponseSpec, name: string | undefined): Shown | undefined {
  const examples = Object.values(content).flatMap((media) => Object.entries(media.examples))
  const [, example] = examples.find(([each]) => each === name) ?? examples[0] ?? []
  return example && { value: example.value, isMade: false }
}

function madeFor(document: DocumentedApi['api']['document'], { content }: ResponseSpec): Shown | undefined {
  const [type, media] = Object.entries(content)[0] ?? []
  if (!media?.schema || type === undefined || !/\bjson\b/.test(type)) return undefined
  return { value: sampleFrom(document, media), isMade: true }
}

function sampleFrom(document: DocumentedApi['api']['document'], { pointer, validate }: MediaTypeSpec): unknown {
  const schema = valueAt(document, pointerTo(pointer, 'schema'))
  return sampleOf(document, schema, { name: '', validate, direction: 'answer', properties: 'all' }).value
}
