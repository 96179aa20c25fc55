import { STATUS_CODES } from 'node:http'
import type { Api, HeaderSpec, JsonObject, Operation, ResponseSpec } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { objectAt, textAt } from '../document-part.ts'
import { anchor, anchoredHeading } from '../anchor.ts'
import { assumedClass, mark, ownReason, type Reason, reasonAt, why } from '../assumption.ts'
import { contentView } from './content-view.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { markdown } from '../markdown.ts'
import { schemaFacts } from './schema-facts.ts'
import { entryView, pointersOf } from './schema-view.ts'

/** Every declared answer of an operation; those of success are open. */
export function responsesView(root: JsonObject, operation: Operation, outer: Reason): Html {
  const responses = Object.entries(operation.responses).map(([status, response]) =>
    responseView(root, response, {
      id: anchor(operation.id, status),
      status,
      use: pointerTo(operation.pointer, 'responses', status),
      outer,
    }),
  )
  return html`${anchoredHeading(4, anchor(operation.id, 'responses'), html`Responses`)}${responses}`
}

/** What a path that the API does not have, and a method that a path does not have, are answered with. */
export function unroutableView({ document, unroutable }: Api): Html {
  const { notFound, methodNotAllowed } = unroutable
  if (!notFound && !methodNotAllowed) return nothing
  const view = (status: string, response: ResponseSpec | undefined): Html | undefined =>
    response &&
    responseView(document, response, {
      id: anchor('about-elsewhere', status),
      status,
      use: response.pointer,
      outer: undefined,
    })
  return html`<section class="plain">
    ${anchoredHeading(2, 'about-elsewhere', html`Unknown paths and methods`)}
    <p class="muted">
      An unknown path gets 404, and a known path with a method that it does not have gets 405.
    </p>
    ${view('404', notFound)}${view('405', methodNotAllowed)}
  </section>`
}

interface ResponsePlace {
  readonly id: string
  readonly status: string
  readonly use: string
  readonly outer: Reason
}

function responseView(root: JsonObject, response: ResponseSpec, { id, status, use, outer }: ResponsePlace): Html {
  const whole = ownReason(reasonAt(root, use, response.pointer), outer)
  const inside = whole ?? outer
  const statusReason = ownReason(reasonAt(root, `${use}/status`, `${response.pointer}/status`), inside)
  return html`<details
    class="response ${assumedClass(whole)}"
    id="${id}"
    data-pointers="${pointersOf([use, response.pointer])}"
    ${status.startsWith('2') && html` open`}
  >
    <summary>
      ${statusChip(status, statusReason)}<span class="status-text ${assumedClass(statusReason)}"
        >${reasonPhrase(status)}</span
      >${mark(whole ?? statusReason, whole === undefined ? 'status assumed' : 'assumed')}
    </summary>
    <div class="response-body">
      <div class="prose">${markdown(response.description)}</div>
      ${why(whole)}${statusReason !== undefined && html`<div class="assumed">${why(statusReason, ['status'])}</div>`}
      ${headersView(root, response, inside)}${contentView(root, response.content, inside)}
    </div>
  </details>`
}

/** A status that the page does not state gives way to a dash when assumptions are hidden. */
export function statusChip(status: string, reason: string | undefined): Html {
  const family = /^[1-5]/.test(status) ? status.charAt(0) : 'x'
  const chip = html`<span class="status s${family} ${assumedClass(reason)}">${status}</span>`
  return reason === undefined
    ? chip
    : html`${chip}<span class="status unstated" title="The page states no status here">no status stated</span>`
}

function reasonPhrase(status: string): string {
  return status === 'default' ? 'Any other status' : (STATUS_CODES[status] ?? '')
}

function headersView(root: JsonObject, { pointer, headers }: ResponseSpec, outer: Reason): Html {
  const list = Object.values(headers)
  if (list.length === 0) return nothing
  const written = Object.keys(objectAt(root, pointerTo(pointer, 'headers')))
  return html`<div class="group">
    <h5>Headers</h5>
    <ul class="entries flat">
      ${list.map((header, index) => headerView(root, written[index] ?? '', header, outer))}
    </ul>
  </div>`
}

function headerView(root: JsonObject, name: string, { pointer, required, inferred }: HeaderSpec, outer: Reason): Html {
  const facts = schemaFacts(root, [pointerTo(pointer, 'schema')])
  return entryView({
    name: html`<code>${name}</code>`,
    facts,
    required,
    requiredReason: assumptionAt(root, pointerTo(pointer, 'required')),
    reason: inferred,
    outer,
    pointers: [pointer, ...facts.pointers],
    description: textAt(root, pointer, 'description'),
  })
}
