import { type Action, type Change, fillList } from './console-list.ts'
import { all } from './dom.ts'
import type { MockSession } from './mock-session.ts'

interface Steered {
  session(): MockSession
  /** Does something and says what it gives: a sentence, nothing, or what the mock has against it. */
  attempt(act: () => Promise<string>): Promise<void>
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

const snapshotActions: readonly Action[] = [
  { label: 'Restore', act: ({ call }, id) => call('POST', `snapshots/${encodeURIComponent(id)}/restore`) },
  { label: 'Delete', act: ({ call }, id) => call('DELETE', `snapshots/${encodeURIComponent(id)}`) },
]

const ending = (name: 'faults' | 'overrides', label: string): readonly Action[] => [
  { label, act: ({ call }, id) => call('DELETE', `${name}/${encodeURIComponent(id)}`) },
]

/** What steers a session: clock, faults, overrides, provider states and snapshots, with the buttons that change them. */
export function panels(page: ParentNode, { session, attempt }: Steered): { refresh(): Promise<void> } {
  const refresh = async (): Promise<void> => {
    const { call } = session()
    const [clock, { faults }, { overrides }, { snapshots }, { count }] = await Promise.all([
      call<{ now: string; mode: string }>('GET', 'clock'),
      call<{ faults: Fault[] }>('GET', 'faults'),
      call<{ overrides: Override[] }>('GET', 'overrides'),
      call<{ snapshots: string[] }>('GET', 'snapshots'),
      call<{ count: number }>('GET', 'violations'),
    ])
    tell('[data-clock]', `${clock.now} (${clock.mode === 'frozen' ? 'stands still' : 'runs'})`)
    tell('[data-violations]', count === 0 ? 'no violations' : `${count} ${count === 1 ? 'violation' : 'violations'} of the documents`)
    fillList(page, { name: 'faults', items: faults, describe: describeFault, actions: ending('faults', 'End') }, change)
    fillList(page, { name: 'overrides', items: overrides, describe: describeOverride, actions: ending('overrides', 'Remove') }, change)
    const taken = snapshots.map((id) => ({ id }))
    fillList(page, { name: 'snapshots', items: taken, describe: ({ id }) => id, actions: snapshotActions }, change)
  }
  const tell = (selector: string, text: string): void => {
    const output = page.querySelector(selector)
    if (output && output.textContent !== text) output.textContent = text
  }
  const change: Change = (act, done = '') =>
    void attempt(async () => {
      await act(session())
      await refresh()
      return done
    })
  const onClick = (selector: string, act: (session: MockSession) => Promise<unknown>): void =>
    page.querySelector(selector)?.addEventListener('click', () => change(act))
  const onSubmit = (name: string, act: (session: MockSession, form: HTMLFormElement) => Promise<unknown>, done = ''): void => {
    const form = page.querySelector<HTMLFormElement>(`[data-add=${name}]`)
    form?.addEventListener('submit', (event) => {
      event.preventDefault()
      change((to) => act(to, form), done)
    })
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
    onSubmit(name, ({ call }, form) => call('POST', name, valuesOf(form)))
  }
  onSubmit('snapshots', ({ call }, form) => call('POST', `snapshots/${encodeURIComponent(String(valuesOf(form)['name'] ?? ''))}`))
  onSubmit('states', ({ call }, form) => call('POST', 'states', valuesOf(form)), 'The state is set.')
  showParams(page)
  return { refresh }
}

/** The parameters of the provider state that is chosen, with their defaults. */
function showParams(page: ParentNode): void {
  const select = page.querySelector<HTMLSelectElement>('[data-add=states] select')
  const params = page.querySelector<HTMLTextAreaElement>('[data-add=states] textarea')
  if (!select || !params) return
  const show = (): void => void (params.value = select.selectedOptions[0]?.dataset['params'] ?? '{}')
  select.addEventListener('change', show)
  show()
}

/** What a form says; a field that was left empty says nothing. Throws for a field whose JSON can't be read. */
function valuesOf(form: HTMLFormElement): Record<string, unknown> {
  const fields = [...form.elements].filter(
    (field) =>
      field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement,
  )
  const filled = fields.filter(({ value }) => value.trim() !== '')
  return Object.fromEntries(filled.map((field) => [field.name, valueOf(field)]))
}

function valueOf({ name, type, value }: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): unknown {
  if (type === 'number') return Number(value)
  if (type !== 'textarea') return value
  try {
    return JSON.parse(value)
  } catch (error) {
    throw new Error(`The ${name} must be JSON: ${String(error)}`, { cause: error })
  }
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
