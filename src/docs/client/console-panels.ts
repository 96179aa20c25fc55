import { all, element } from './dom.ts'
import type { MockSession } from './mock-session.ts'

interface Steered {
  session(): MockSession
  attempt(act: () => Promise<unknown>): Promise<void>
}

interface Fault {
  readonly id: string
  readonly kind: string
  readonly status?: number
  readonly operationId?: string
  readonly api?: string
  readonly count?: number
  readonly rate?: number
  readonly hits: number
}

interface Override {
  readonly id: string
  readonly operationId: string
  readonly status: number
  readonly match?: object
  readonly times?: number
  readonly hits: number
}

/** Clock, faults and overrides of a session, with the buttons that change them. */
export function panels(page: ParentNode, { session, attempt }: Steered): { refresh(): Promise<void> } {
  const refresh = async (): Promise<void> => {
    const { call } = session()
    const [clock, { faults }, { overrides }] = await Promise.all([
      call<{ now: string; mode: string }>('GET', 'clock'),
      call<{ faults: Fault[] }>('GET', 'faults'),
      call<{ overrides: Override[] }>('GET', 'overrides'),
    ])
    const output = page.querySelector('[data-clock]')
    if (output) output.textContent = `${clock.now} (${clock.mode === 'frozen' ? 'stands still' : 'runs'})`
    fillList('faults', faults, describeFault, 'End')
    fillList('overrides', overrides, describeOverride, 'Remove')
  }
  const change = (act: (session: MockSession) => Promise<unknown>): void =>
    void attempt(async () => {
      await act(session())
      await refresh()
    })
  const onClick = (selector: string, act: (session: MockSession) => Promise<unknown>): void =>
    page.querySelector(selector)?.addEventListener('click', () => change(act))

  function fillList<Item extends { readonly id: string }>(
    name: 'faults' | 'overrides',
    items: readonly Item[],
    describe: (item: Item) => string,
    action: string,
  ): void {
    const list = page.querySelector(`[data-list=${name}]`)
    const texts = items.map((item) => `${item.id}: ${describe(item)}`)
    // What has not changed stays, so that a button does not vanish under the pointer.
    if (!list || [...list.children].map((child) => child.getAttribute('data-text')).join('\n') === texts.join('\n')) return
    list.replaceChildren(
      ...items.map((item, index) => {
        const button = element('button', { type: 'button', class: 'quiet' }, action, element('span', { class: 'sr-only' }, ` ${item.id}`))
        button.addEventListener('click', () => change(({ call }) => call('DELETE', `${name}/${encodeURIComponent(item.id)}`)))
        return element('li', { 'data-text': texts[index] }, element('span', {}, describe(item)), button)
      }),
    )
  }

  onClick('[data-freeze]', async ({ call }) => {
    const { now } = await call<{ now: string }>('GET', 'clock')
    await call('PUT', 'clock', { now })
  })
  onClick('[data-run]', ({ call }) => call('PUT', 'clock', { mode: 'real' }))
  for (const button of all('[data-advance]', page))
    button.addEventListener('click', () =>
      change(({ call }) => call('PUT', 'clock', { advanceMs: Number(button.dataset['advance']) })),
    )
  for (const name of ['faults', 'overrides'] as const) {
    onClick(`[data-clear=${name}]`, ({ call }) => call('DELETE', name))
    const form = page.querySelector<HTMLFormElement>(`[data-add=${name}]`)
    form?.addEventListener('submit', (event) => {
      event.preventDefault()
      change(({ call }) => call('POST', name, valuesOf(form)))
    })
  }
  return { refresh }
}

/** What a form says; a field that was left empty says nothing. */
function valuesOf(form: HTMLFormElement): Record<string, string | number> {
  const fields = [...form.elements].filter(
    (field) => field instanceof HTMLInputElement || field instanceof HTMLSelectElement,
  )
  const filled = fields.filter(({ value }) => value !== '')
  return Object.fromEntries(filled.map(({ name, type, value }) => [name, type === 'number' ? Number(value) : value]))
}

function describeFault({ kind, status, operationId, api, count, rate, hits }: Fault): string {
  const what = status === undefined ? kind : `${kind} ${status}`
  const where = operationId ?? api ?? 'every operation'
  const often = rate === undefined ? '' : `, ${Math.round(rate * 100)} % of requests`
  return `${what} on ${where}${often}, ${usage(hits, count)}`
}

function describeOverride({ operationId, status, match, times, hits }: Override): string {
  const where = match === undefined ? '' : ` where ${JSON.stringify(match)}`
  return `${operationId} answers ${status}${where}, ${usage(hits, times)}`
}

function usage(hits: number, limit: number | undefined): string {
  return limit === undefined ? `${hits} so far` : `${hits} of ${limit}`
}
