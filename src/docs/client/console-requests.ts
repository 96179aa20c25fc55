import type { JournalEntry } from '../../mock/session/journal-entry.ts'
import { withCopy } from './copy.ts'
import { element } from './dom.ts'
import { jsonTokens } from './json-tokens.ts'
import type { MockSession } from './mock-session.ts'

const MAX_SHOWN = 200

/** The latest requests of a session, the newest first, as they come. */
export function requestLog(page: ParentNode): { follow(session: MockSession): void } {
  const list = page.querySelector<HTMLElement>('[data-log]')
  const none = page.querySelector<HTMLElement>('[data-no-requests]')
  const refusedOnly = page.querySelector<HTMLInputElement>('[data-refused-only]')
  let stream: EventSource | undefined
  const add = (entry: JournalEntry): void => {
    list?.prepend(entryView(entry))
    if (list && list.childElementCount > MAX_SHOWN) list.lastElementChild?.remove()
    if (none) none.hidden = true
  }
  refusedOnly?.addEventListener('change', () => list?.classList.toggle('refused-only', refusedOnly.checked))
  addEventListener('pagehide', () => stream?.close())
  return {
    follow: (session) => {
      stream?.close()
      list?.replaceChildren()
      if (none) none.hidden = false
      // What the journal has already comes first; a connection that breaks is taken up by the browser where it was.
      stream = new EventSource(session.urlOf('requests/stream?since=0'))
      stream.addEventListener('request', ({ data }) => add(JSON.parse(String(data)) as JournalEntry))
    },
  }
}

function entryView(entry: JournalEntry): HTMLElement {
  const { id, at, method, path, query, status, operationId, refusedBy } = entry
  const summary = element(
    'summary',
    {},
    element('span', { class: `method m-${method.toLowerCase()}` }, method),
    element('code', { class: 'path' }, query === '' ? path : `${path}?${query}`),
    element('span', { class: `status s${String(status).charAt(0)}` }, status === 0 ? 'dropped' : String(status)),
    element('span', { class: 'muted' }, operationId ?? 'no operation'),
    refusedBy !== undefined && element('span', { class: 'refused-tag' }, `refused by ${refusedBy}`),
    element('time', { class: 'muted', datetime: at }, at.slice(11, 19)),
  )
  const details = element('details', {}, summary)
  // Bodies may be large: they are drawn when somebody looks.
  details.addEventListener('toggle', () => details.childElementCount === 1 && details.append(bodyOf(entry)), { once: true })
  return element('li', { 'data-request': String(id), class: refusedBy === undefined ? undefined : 'is-refused' }, details)
}

function bodyOf(entry: JournalEntry): HTMLElement {
  const { headers, body, response, fault, override } = entry
  return element(
    'div',
    { class: 'panel' },
    why(entry),
    fault !== undefined && element('p', {}, `The fault ${fault} was applied.`),
    override !== undefined && element('p', {}, `The response is that of the override ${override}.`),
    element('h3', {}, 'Request'),
    headerList(headers),
    ...jsonView(body),
    element('h3', {}, 'Response'),
    headerList(response.headers),
    ...jsonView(response.body),
  )
}

/** Who refused the request, and the place of the document that says so. */
function why({ api, operationId, refusedBy, response }: JournalEntry): HTMLElement | undefined {
  if (refusedBy === undefined) return undefined
  const pointer = response.headers['x-mock-pointer']
  const told = element('p', { class: 'refusal' }, 'Refused by ', element('b', {}, refusedBy), '. ')
  if (pointer === undefined) return told
  const name = element('code', {}, pointer)
  if (api === null || operationId === null) told.append(name)
  else
    told.append(
      element('a', { href: `${encodeURIComponent(api)}#${encodeURIComponent(operationId)}:${encodeURI(pointer)}` }, 'The document says so at ', name),
    )
  return told
}

function headerList(headers: Readonly<Record<string, string>>): HTMLElement {
  const entries = Object.entries(headers)
  return element(
    'details',
    { class: 'fold' },
    element('summary', {}, `${entries.length} headers`),
    element('dl', { class: 'headers' }, ...entries.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)])),
  )
}

function jsonView(body: unknown): HTMLElement[] {
  if (body === null) return [element('p', { class: 'muted' }, 'No body.')]
  const text = typeof body === 'string' ? body : JSON.stringify(body, undefined, 2)
  const tokens = jsonTokens(text).map(({ kind, text: part }) =>
    kind === 'plain' ? part : element('i', { class: `j-${kind}` }, part),
  )
  return [withCopy(element('pre', { class: 'code', tabindex: '0' }, element('code', {}, ...tokens)))]
}
