import type { ResponseSpec } from '../../openapi/api.ts'
import type { ErrorBody, Refusal } from '../handlers/handler.ts'

/**
 * The error body of a fault. No rule has decided on it, so it has neither code nor words of the API's own; where the spec
 * wants some, those of the documented examples are tried until the body fits.
 */
export function faultErrorBody(
  refusal: Refusal,
  response: ResponseSpec | undefined,
  describe: (refusal: Refusal) => ErrorBody,
): ErrorBody {
  const plain = describe(refusal)
  if (!response || fits(plain, response)) return plain
  const examples = Object.values(response.content).flatMap((media) =>
    Object.values(media.examples).map(({ value }) => textsIn(value)),
  )
  const tries = [refusal.message, undefined].flatMap((message) => examples.flatMap((texts) => attempts(texts, message)))
  return (
    tries.map(({ code, message }) => describe({ ...refusal, code, message })).find((error) => fits(error, response)) ??
    plain
  )
}

function attempts(texts: readonly string[], message: string | undefined): { code: string; message: string }[] {
  return texts.flatMap((code) => (message === undefined ? texts : [message]).map((each) => ({ code, message: each })))
}

function fits({ body, headers = {} }: ErrorBody, response: ResponseSpec): boolean {
  const hasHeaders = Object.entries(response.headers).every(([name, header]) => {
    const value = headers[name]
    return value === undefined ? !header.required || name === CHALLENGE : header.validate(value).length === 0
  })
  return hasHeaders && Object.values(response.content).some((media) => media.validate(body).length === 0)
}

/** Not part of an error body: who refuses credentials adds it. */
const CHALLENGE = 'www-authenticate'

function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn)
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}
