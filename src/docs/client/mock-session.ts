/** The calls of the control plane, for one session after the other. */
export interface MockSession {
  readonly id: string
  /** `undefined` for an answer without a body. Throws with what the mock says against the call. */
  call<Body>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Body>
  /** Where the call of a path is, for an EventSource. */
  urlOf(path: string): string
}

/** The session that the address of this page names. */
export function sessionOfAddress(): string {
  const [, id] = /\/~([^/]+)\/docs(?:\/|$)/.exec(location.pathname) ?? []
  return id === undefined ? 'default' : decodeURIComponent(id)
}

export function mockSession(id: string): MockSession {
  const root = new URL(document.documentElement.dataset['root'] ?? './', location.href)
  // A page that came by a session's path has that path in its root already.
  const base = root.href.replace(/\/~[^/]+\/$/, '/')
  const urlOf = (path: string): string => `${base}~${encodeURIComponent(id)}/__mock/${path}`
  return { id, urlOf, call: (method, path, body) => call(urlOf(path), method, body) }
}

async function call<Body>(url: string, method: string, body: object | undefined): Promise<Body> {
  const response = await fetch(url, {
    method,
    cache: 'no-store',
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  const value: unknown = text === '' ? undefined : JSON.parse(text)
  if (response.ok) return value as Body
  throw new Error((value as { detail?: string } | undefined)?.detail ?? `The mock answered ${response.status}.`)
}
