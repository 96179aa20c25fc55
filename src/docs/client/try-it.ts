import { all, element, show } from './dom.ts'
import { createForm } from './form.ts'
import { forEachSection } from './sections.ts'
import type { TryData } from './try-data.ts'

/** Where the mock's root is, without a trailing slash; a session's path prefix is part of it. */
const root = new URL(document.documentElement.dataset['root'] ?? './', location.href).href.replace(/\/$/, '')

/** Buttons that open an operation's form, filled in with one of its scenarios. */
export function tryButtons(): void {
  const api = document.querySelector<HTMLElement>('[data-api]')?.dataset['api']
  if (api === undefined) return
  forEachSection((section) => {
    for (const button of all('[data-try]', section)) {
      button.hidden = false
      button.addEventListener('click', () => void open(api, button.dataset['try'] ?? '', button.dataset['scenario']))
    }
  })
}

async function open(api: string, operationId: string, scenario: string | undefined): Promise<void> {
  const panel = all('[data-panel]').find((each) => each.dataset['panel'] === operationId)
  if (!panel) return
  try {
    const data = await load(api, operationId)
    const operation = data.operations[operationId]
    if (operation)
      panel.replaceChildren(createForm({ data, operationId, operation, scenario: scenario ?? operation.first, root }))
  } catch (error) {
    panel.replaceChildren(element('p', { class: 'failure' }, `The mock can't be reached: ${String(error)}`))
  }
  panel.hidden = false
  const opener = panel.parentElement?.querySelector<HTMLElement>(':scope > [data-try]')
  if (opener) opener.hidden = true
  if (scenario !== undefined) show(panel, 'nearest')
  panel.querySelector<HTMLElement>('select')?.focus({ preventScroll: true })
}

/** The examples of the spec and the credentials that work at this moment, which requests may have added to. */
async function load(api: string, operationId: string): Promise<TryData> {
  const operation = `${encodeURIComponent(api)}/operations/${encodeURIComponent(operationId)}`
  const data = (await getJson(`${root}/docs/${operation}/try.json`)) as TryData
  const working = (await getJson(`${root}/__mock/credentials`)) as Record<
    string,
    { id: string; description: string; headers: Record<string, string> }[]
  >
  const known = new Set(data.credentials.map(({ id }) => id))
  const added = (working[api] ?? []).filter(({ id }) => !known.has(id))
  return {
    ...data,
    credentials: [
      ...data.credentials,
      ...added.map(({ headers, ...rest }) => ({ ...rest, headers: Object.entries(headers), query: [], works: true })),
    ],
  }
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${response.status} for ${url}`)
  return response.json()
}
