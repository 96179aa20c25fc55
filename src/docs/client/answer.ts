import { withCopy } from './copy.ts'
import { element } from './dom.ts'
import { jsonTokens } from './json-tokens.ts'
import { assumptionAt, flash, placeOf } from './spec-places.ts'
import type { TryOperation } from './try-data.ts'

export interface AnswerOptions {
  readonly file: string
  readonly operationId: string
  readonly operation: TryOperation
  readonly response: Response
  readonly text: string
  readonly tookMs: number
  /** The status that the chosen scenario promises. */
  readonly expected: number | undefined
}

/** What came back, and what the spec says about it. */
export function answerView(options: AnswerOptions): HTMLElement {
  const { response, text } = options
  return element(
    'div',
    {},
    statusLine(options),
    ...refusal(options),
    ...surprise(options),
    headerList(response),
    bodyView(text),
  )
}

export function failureView(error: unknown): HTMLElement {
  return element('p', { class: 'failure' }, error instanceof Error ? error.message : String(error))
}

function statusLine({ operation, operationId, response, tookMs }: AnswerOptions): HTMLElement {
  const { status } = response
  const declared = operation.statuses[String(status)]
  const chip = element(
    'span',
    { class: `status s${String(status).charAt(0)}`, 'data-status': String(status) },
    String(status),
  )
  const link = declared
    ? element(
        'a',
        { href: `#${encodeURIComponent(`${operationId}-${status}`)}` },
        declared.assumed ? 'an assumed status' : 'a documented status',
      )
    : element('span', {}, 'not declared for this operation')
  return element(
    'p',
    { class: 'status-line' },
    chip,
    ` ${declared?.phrase ?? response.statusText} `,
    link,
    element('span', { class: 'muted' }, ` ${Math.max(1, Math.round(tookMs))} ms`),
  )
}

/** Which stage refused the request, with a link to the part of this page that shows why, and whether that is assumed. */
function refusal({ file, operationId, response }: AnswerOptions): HTMLElement[] {
  const by = response.headers.get('x-mock-refused-by')
  if (by === null) return []
  const pointer = response.headers.get('x-mock-pointer')
  const reason = response.headers.get('x-mock-reason')
  const told = element(
    'div',
    { class: 'refusal' },
    'Refused by ',
    element('b', { 'data-refused-by': by }, by),
    `: ${reason ?? stages[by] ?? 'the mock'}. `,
  )
  if (pointer === null) return [told]
  const operation = document.querySelector(`[data-operation="${CSS.escape(operationId)}"]`)
  const place = placeOf(pointer, operation)
  const name = element('code', {}, `${file}#${pointer}`)
  if (!place) {
    told.append(name)
    return [told]
  }
  const button = element(
    'button',
    { type: 'button', class: 'link', 'data-pointer': pointer },
    'The spec says so at ',
    name,
  )
  button.addEventListener('click', () => flash(place.element))
  const assumption = assumptionAt(place)
  told.append(button, ...(assumption ? [assumption] : []))
  return [told]
}

const stages: Readonly<Record<string, string>> = {
  routing: 'there is no such path or method',
  security: 'the credentials are missing or wrong',
  'media-type': 'the body has another media type',
  size: 'the body is too large',
  syntax: 'the body cannot be read',
  validation: 'the request breaks a constraint of a schema',
  rule: 'it conflicts with the state of the mock or a rule of the API',
  fault: 'a fault was set for it',
}

function surprise({ response, expected }: AnswerOptions): HTMLElement[] {
  if (expected === undefined || expected === response.status) return []
  return [
    element(
      'p',
      { class: 'surprise' },
      `As it was filled in, the scenario gets ${expected}. Something was changed, or earlier requests have changed the state: reset the mock to begin again.`,
    ),
  ]
}

function headerList({ headers }: Response): HTMLElement {
  const list = [...headers].flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)])
  return element(
    'details',
    { class: 'fold' },
    element('summary', {}, `${list.length / 2} headers`),
    element('dl', { class: 'headers' }, ...list),
  )
}

function bodyView(text: string): HTMLElement {
  if (text === '') return element('p', { class: 'muted' }, 'The body is empty.')
  const tokens = jsonTokens(indented(text)).map(({ kind, text: part }) =>
    kind === 'plain' ? part : element('i', { class: `j-${kind}` }, part),
  )
  return withCopy(element('pre', { class: 'code', tabindex: '0', 'data-body': true }, element('code', {}, ...tokens)))
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
