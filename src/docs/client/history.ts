import { element } from './dom.ts'

interface Sent {
  readonly method: string
  readonly url: string
  readonly status: number
}

const KEY = 'understudy-sent'
const KEPT = 10

/** Notes a request that was sent from a form, for as long as the tab is open. */
export function noteSent(sent: Sent): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([sent, ...read()].slice(0, KEPT)))
  } catch {
    // Without storage there is no history.
  }
}

/** The last requests of this tab, the newest first. */
export function historyView(): HTMLElement {
  const sent = read()
  const entries = sent.map(({ method, url, status }) =>
    element(
      'li',
      {},
      element('span', { class: `status s${String(status).charAt(0)}` }, String(status)),
      element('code', {}, ` ${method} ${url}`),
    ),
  )
  return element(
    'details',
    { class: 'fold history' },
    element('summary', {}, `${sent.length} ${sent.length === 1 ? 'request' : 'requests'} of this tab`),
    element('ol', {}, ...entries),
  )
}

function read(): Sent[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as Sent[]
  } catch {
    return []
  }
}
