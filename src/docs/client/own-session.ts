/** A button that opens this page in a session of its own: what is tried there changes nothing elsewhere. */
export function ownSession(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-own-session]')
  if (!button) return
  const root = new URL(document.documentElement.dataset['root'] ?? './', location.href)
  const current = /\/~([^/]+)\/$/.exec(root.pathname)?.[1]
  button.hidden = false
  if (current !== undefined) button.textContent = `Session ${current}`
  button.title =
    current === undefined ? 'Open this page in a session of its own' : 'Open this page in another session of its own'
  button.addEventListener('click', () => void open(button, root))
}

async function open(button: HTMLButtonElement, root: URL): Promise<void> {
  const home = new URL(root.pathname.replace(/~[^/]+\/$/, ''), root)
  try {
    const response = await fetch(new URL('__mock/sessions', home), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    const { id } = (await response.json()) as { id: string }
    const page = location.href.slice(root.href.length)
    location.assign(new URL(`~${encodeURIComponent(id)}/${page}`, home))
  } catch (error) {
    button.textContent = `No session: ${error instanceof Error ? error.message : String(error)}`
  }
}
