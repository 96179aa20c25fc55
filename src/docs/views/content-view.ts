import type { ExampleSpec, JsonObject, MediaTypeSpec } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { assumedClass, mark, ownReason, type Reason, why } from '../assumption.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { jsonBlock } from './json-view.ts'
import { inlineMarkdown } from '../markdown.ts'
import { schemaFacts } from './schema-facts.ts'
import { pointersOf, schemaView } from './schema-view.ts'

/** What a body may be, one media type after the other. */
export function contentView(root: JsonObject, content: Readonly<Record<string, MediaTypeSpec>>, outer: Reason): Html {
  return html`${Object.entries(content).map(([name, media]) => mediaTypeView(root, name, media, outer))}`
}

function mediaTypeView(root: JsonObject, name: string, media: MediaTypeSpec, outer: Reason): Html {
  const reason = ownReason(assumptionAt(root, media.pointer), outer)
  const inside = reason ?? outer
  return html`<div class="media ${assumedClass(reason)}" data-pointers="${pointersOf([media.pointer])}">
    <p class="media-name"><code>${name}</code>${mark(reason)}</p>
    ${why(reason)} ${media.schema && schemaView(schemaFacts(root, [pointerTo(media.pointer, 'schema')]), inside)}
    ${examplesView(media.examples, inside)}
  </div>`
}

function examplesView(examples: Readonly<Record<string, ExampleSpec>>, outer: Reason): Html {
  const list = Object.entries(examples)
  if (list.length === 0) return nothing
  return html`<div class="examples">${list.map(([name, example]) => exampleView(name, example, outer))}</div>`
}

function exampleView(name: string, { value, summary, inferred }: ExampleSpec, outer: Reason): Html {
  const reason = ownReason(inferred, outer)
  return html`<details class="example ${assumedClass(reason)}">
    <summary>
      <span class="example-name">Example <b>${name}</b></span
      >${summary !== undefined && html` <span class="muted">${inlineMarkdown(summary)}</span>`}${mark(reason)}
    </summary>
    ${why(reason)}${jsonBlock(value)}
  </details>`
}
