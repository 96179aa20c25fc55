import type { ExampleSpec, JsonObject, Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { encodeQuery, type Parameter } from '../../openapi/parameter.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { anchor, anchoredHeading } from '../anchor.ts'
import { assumedClass, mark, ownReason, type Reason } from '../assumption.ts'
import { textAt } from '../document-part.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { valueText } from './json-view.ts'
import { inlineMarkdown } from '../markdown.ts'
import { schemaFacts } from './schema-facts.ts'
import { entryView } from './schema-view.ts'

const places = [
  ['path', 'In the path'],
  ['query', 'In the query'],
  ['querystring', 'The query as a whole'],
  ['header', 'Headers'],
  ['cookie', 'Cookies'],
] as const

/** The parameters of an operation by where they are sent. */
export function parametersView(root: JsonObject, operation: Operation, outer: Reason): Html {
  if (operation.parameters.length === 0) return nothing
  const groups = places.map(([place, title]) => {
    const parameters = operation.parameters.filter((parameter) => parameter.in === place)
    return (
      parameters.length > 0 &&
      html`<div class="group">
        <h5>${title}</h5>
        <ul class="entries flat">
          ${parameters.map((parameter) => parameterView(root, parameter, outer))}
        </ul>
      </div>`
    )
  })
  return html`${anchoredHeading(4, anchor(operation.id, 'parameters'), html`Parameters`)}${groups}`
}

function parameterView(root: JsonObject, parameter: Parameter, outer: Reason): Html {
  const { pointer, required, description, inferred } = parameter
  const facts = schemaFacts(root, [pointerTo(pointer, 'schema')])
  return entryView({
    // Header names are compared in lower case; a reader wants them as the page writes them.
    name: html`<code>${textAt(root, pointer, 'name')}</code>`,
    facts,
    required,
    requiredReason: assumptionAt(root, pointerTo(pointer, 'required')),
    reason: inferred,
    outer,
    pointers: [pointer, ...facts.pointers],
    description,
    extra: examplesLine(parameter, inferred ?? outer),
  })
}

function examplesLine(parameter: Parameter, outer: Reason): Html {
  const examples = Object.entries(parameter.examples)
  if (examples.length === 0) return nothing
  return html`<dl class="examples-line">
    ${examples.map(([name, example]) => exampleLine(parameter, name, example, outer))}
  </dl>`
}

function exampleLine(
  parameter: Parameter,
  name: string,
  { value, summary, inferred }: ExampleSpec,
  outer: Reason,
): Html {
  const reason = ownReason(inferred, outer)
  return html`<div class="${assumedClass(reason)}">
    <dt>${name}</dt>
    <dd>
      <code>${wireText(parameter, value)}</code>${
        summary !== undefined && html` <span class="muted">${inlineMarkdown(summary)}</span>`
      }${mark(reason)}
    </dd>
  </div>`
}

/** Lists and objects as they stand in a query, still readable; everything else as it is. */
function wireText(parameter: Parameter, value: unknown): string {
  if (parameter.in !== 'query' || typeof value !== 'object' || value === null) return valueText(value)
  return encodeQuery(parameter, value)
    .map(([name, text]) => `${name}=${text}`)
    .join('&')
}
