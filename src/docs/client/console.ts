import { panels } from './console-panels.ts'
import { requestLog } from './console-requests.ts'
import { all, element, reveal } from './dom.ts'
import { mockSession, type MockSession, sessionOfAddress } from './mock-session.ts'

/** How often what steers a session is read again: tests in other processes change it, too. */
const REFRESH_MS = 2000

/** The page that shows what is going on in the mock. */
export function mockConsole(): void {
  const page = document.querySelector('[data-console]')
  const select = page?.querySelector<HTMLSelectElement>('[data-session]')
  const status = page?.querySelector('[data-status]')
  if (!page || !select || !status) return
  for (const note of all('[data-needs-script]', page)) note.hidden = true
  reveal('[data-bar], [data-columns]')
  let session = mockSession(sessionOfAddress())
  const log = requestLog(page)
  const say = (message: string): void => void (status.textContent = message)
  /** Does something, and says what the mock has against it. */
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act()
      say('')
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
    }
  }
  const shown = panels(page, { session: () => session, attempt })
  const refresh = async (): Promise<void> => {
    await fillSessions(select, session)
    await shown.refresh()
  }
  const enter = async (id: string): Promise<void> => {
    session = mockSession(id)
    log.follow(session)
    await refresh()
  }
  const onClick = (selector: string, act: () => Promise<unknown>): void =>
    page.querySelector(selector)?.addEventListener('click', () => void attempt(act))

  select.addEventListener('change', () => void attempt(() => enter(select.value)))
  onClick('[data-new-session]', async () => enter((await session.call<{ id: string }>('POST', 'sessions')).id))
  onClick('[data-end-session]', async () => {
    await mockSession('default').call('DELETE', `sessions/${encodeURIComponent(session.id)}`)
    await enter('default')
  })
  onClick('[data-reset]', async () => {
    await session.call('POST', 'reset')
    await enter(session.id)
  })
  onClick('[data-clear=requests]', async () => {
    await session.call('DELETE', 'requests')
    await enter(session.id)
  })
  void attempt(() => enter(session.id))
  setInterval(() => void (document.hidden || attempt(refresh)), REFRESH_MS)
}

async function fillSessions(select: HTMLSelectElement, { id, call }: MockSession): Promise<void> {
  const { sessions } = await call<{ sessions: { id: string }[] }>('GET', 'sessions?limit=1000')
  const ids = sessions.map((each) => each.id)
  const known = [...select.options].map(({ value }) => value)
  if (ids.join(' ') !== known.join(' ')) select.replaceChildren(...ids.map((each) => element('option', { value: each }, each)))
  select.value = id
}
