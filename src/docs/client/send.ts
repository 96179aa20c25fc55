import { type RequestParts, urlOf } from './request.ts'

/** Sends a request of the form; a file takes the place of the body. */
export async function sendRequest(root: string, request: RequestParts, file: File | undefined): Promise<Response> {
  const forget = setCookies(request)
  try {
    return await fetch(urlOf(root, request), { method: request.method, cache: 'no-store', ...payloadOf(request, file) })
  } finally {
    forget()
  }
}

/** A script may not write the header Cookie: the browser does, from cookies that stand for the time of the request. */
function setCookies({ headers }: RequestParts): () => void {
  const cookies = headers
    .filter(([name]) => name.toLowerCase() === 'cookie')
    .flatMap(([, text]) => text.split(/;\s*/).filter(Boolean))
  for (const cookie of cookies) document.cookie = `${cookie}; path=/; samesite=strict`
  return () => {
    for (const cookie of cookies) document.cookie = `${cookie.split('=', 1)[0] ?? ''}=; path=/; max-age=0`
  }
}

/** Makes provider states true, one after the other. Throws with what the mock says against one. */
export async function makeTrue(
  root: string,
  given: readonly { readonly state: string; readonly params: object }[],
): Promise<void> {
  for (const { state, params } of given) {
    await post(`${root}/__mock/states`, JSON.stringify({ state, params }))
  }
}

export async function resetMock(root: string): Promise<void> {
  await post(`${root}/__mock/reset`)
}

async function post(url: string, body?: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
}

function payloadOf({ method, headers, body }: RequestParts, file: File | undefined): RequestInit {
  const sent = headers
    .filter(([name]) => name.toLowerCase() !== 'cookie')
    .map(([name, text]): [string, string] => [name, text])
  if (method === 'GET' || method === 'HEAD') return { headers: sent }
  if (!file) return { headers: sent, ...(body !== undefined && { body: withLineEnds(sent, body) }) }
  const form = new FormData()
  form.append('file', file)
  // The browser writes the content type of a form itself, because it chooses the boundary.
  return { headers: sent.filter(([name]) => name.toLowerCase() !== 'content-type'), body: form }
}

/** A text area gives bare line feeds back, which a multipart form must not have (RFC 2046, 5.1.1). */
function withLineEnds(headers: readonly [string, string][], body: string): string {
  const multipart = headers.some(
    ([name, text]) => name.toLowerCase() === 'content-type' && text.startsWith('multipart/'),
  )
  return multipart ? body.replaceAll(/\r?\n/g, '\r\n') : body
}
