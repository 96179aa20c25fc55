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
  /** Does something, and says that it is done, or what the mock has against it. */
  const attempt = async (act: () => Promise<string>): Promise<void> => {
    try {
      say(await act())
    } catch (error) {
      say(messageOf(error))
    }
  }
  const shown = panels(page, { session: () => session, attempt })
  const refresh = async (): Promise<void> => {
    await fillSessions(select, session)
    await shown.refresh()
  }
  const enter = async (id: string): Promise<void> => {
    session = mockSession(id)
    for (const button of all('[data-end-session]', page)) button.hidden = id === 'default'
    log.follow(session)
    await refresh()
  }
  /** What is entered afterwards is the session whose id an action gives. */
  const onClick = (selector: string, act: () => Promise<string>, done: (id: string) => string): void =>
    page.querySelector(selector)?.addEventListener(
      'click',
      () =>
        void attempt(async () => {
          const id = await act()
          await enter(id)
          return done(id)
        }),
    )

  select.addEventListener('change', () => void attempt(async () => enter(select.value).then(() => '')))
  onClick(
    '[data-new-session]',
    async () => (await session.call<{ id: string }>('POST', 'sessions')).id,
    (id) => `This is the new session ${id}.`,
  )
  onClick(
    '[data-end-session]',
    async () => {
      await mockSession('default').call('DELETE', `sessions/${encodeURIComponent(session.id)}`)
      return 'default'
    },
    () => 'The session is ended.',
  )
  onClick(
    '[data-reset]',
    async () => {
      await session.call('POST', 'reset')
      return session.id
    },
    (id) => `The session ${id} is back at its seed.`,
  )
  onClick(
    '[data-clear=requests]',
    async () => {
      await session.call('DELETE', 'requests')
      return session.id
    },
    () => '',
  )
  void attempt(() => enter(session.id).then(() => ''))
  // What was said of an action stays until the next one.
  setInterval(() => void (document.hidden || refresh().catch((error: unknown) => say(messageOf(error)))), REFRESH_MS)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function fillSessions(select: HTMLSelectElement, { id, call }: MockSession): Promise<void> {
  const { sessions } = await call<{ sessions: { id: string }[] }>('GET', 'sessions?limit=1000')
  const ids = sessions.map((each) => each.id)
  const known = [...select.options].map(({ value }) => value)
  if (ids.join(' ') !== known.join(' ')) select.replaceChildren(...ids.map((each) => element('option', { value: each }, each)))
  select.value = id
}
