import { type Pair, type RequestParts, urlOf } from './request.ts'
import type { TryCredential } from './try-data.ts'

/**
 * The headers of a request, with the signature that its credential makes anew each time: the HMAC-SHA256 of AppKey, method,
 * complete URL and time, by the clock of the mock. A signature that the reader wrote stays.
 */
export async function withSignature(
  root: string,
  request: RequestParts,
  credential: TryCredential | undefined,
): Promise<RequestParts> {
  const app = credential?.app
  if (!app || request.headers.some(([name]) => name.toLowerCase() === 'signature')) return request
  const issuedAt = await timeOf(root)
  // The mock takes the URL as it arrives: after the prefix of a session, and always as http.
  const url = new URL(urlOf(root, request))
  const complete = `http://${url.host}${url.pathname}${url.search}`
  const token = await hmac(app.secret, `${app.key}${request.method}${complete}${issuedAt}`)
  const signature = JSON.stringify({ AppKey: Number(app.key), IssuedAt: issuedAt, Token: token })
  return { ...request, headers: [...request.headers, ['signature', signature] satisfies Pair] }
}

/** `yyyyMMddHHmmss` in UTC. */
async function timeOf(root: string): Promise<string> {
  const response = await fetch(`${root}/__mock/clock`, { cache: 'no-store' })
  const { now } = (await response.json()) as { now: string }
  return now.replaceAll(/\D/g, '').slice(0, 14)
}

async function hmac(secret: string, text: string): Promise<string> {
  const bytes = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signed = await crypto.subtle.sign('HMAC', key, bytes.encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(signed)))
}
