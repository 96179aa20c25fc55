import { leakIn } from '../conform/checks/leak.ts'
import { decodeBody } from '../conform/transport/decode-body.ts'
import { responseFor } from '../openapi/responses.ts'
import { type Breach, checkAnswer } from '../mock/engine/check-answer.ts'
import type { RequestHead, UploadedFile } from '../mock/handlers/handler.ts'
import { type FormPayload, isReadFile } from '../mock/engine/read-file.ts'
import { bodyMediaType, type Payload, type ReadRequest, readRequest } from '../mock/engine/read-request.ts'
import { harmlessName } from '../mock/server/uploads.ts'
import type { Api, Operation, ResponseSpec } from '../openapi/api.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { pointerTo } from '../openapi/pointer.ts'
import type { Match } from './match.ts'

/** What breaks the spec; with the reason why the rule is an assumption, if it is one. */
export interface Finding extends Breach {
  readonly inferred?: string
}

/** An answer of the real server; the body is `undefined` where it was too large to keep. */
export interface RealAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

/** Checks a request against the spec: media type, syntax, every schema. Credentials are the server's business. */
export async function validateRequest(
  api: Api,
  { plan, pathTexts }: Match,
  line: RequestHead,
  body: Buffer | undefined,
): Promise<ReadRequest | { readonly finding: Finding }> {
  const { operation } = plan
  const mediaType = bodyMediaType(operation, line)
  if (mediaType !== undefined && typeof mediaType !== 'string')
    return { finding: findingAt(api, { pointer: mediaType.pointer ?? operation.pointer, message: mediaType.message }) }
  const payload = await payloadOf(mediaType, line, body)
  const read = readRequest(plan, line, { pathTexts, mediaType }, payload)
  if (!('refusal' in read)) return read
  const { refusal } = read
  return {
    finding: findingAt(api, {
      pointer: refusal.pointer ?? refusal.errors?.[0]?.pointer ?? operation.pointer,
      message: refusal.message,
    }),
  }
}

/** Validates an answer against the response that the operation declares for its status. */
export function validateAnswer(
  api: Api,
  operation: Operation,
  method: string,
  answer: RealAnswer,
  unpacked: Unpacked,
): Finding | undefined {
  const spec = responseFor(operation.responses, answer.status)
  if (!spec) return undeclaredStatus(operation, answer.status)
  const content = contentOf(spec, method, answer, unpacked)
  const breach = 'breach' in content ? content.breach : checkAnswer(spec, { ...answer, body: content.value })
  return breach && findingAt(api, breach)
}

/** What no server may answer, whatever its document says: a 5xx, or what shows its inside. */
export function inAnyCaseWrong(
  pointer: string,
  line: RequestHead,
  requestBody: Buffer | undefined,
  { status }: RealAnswer,
  unpacked: Unpacked,
): Finding | undefined {
  if (status >= 500) return { pointer, message: `answered with ${status}` }
  if (unpacked === undefined || 'problem' in unpacked) return undefined
  const sent = { method: line.method, path: line.url, headers: [], body: requestBody?.toString('utf8') ?? '' }
  const leak = leakIn(unpacked.text, sent)
  return leak === undefined ? undefined : { pointer, message: `the answer shows ${leak}` }
}

/** The text of a body that was kept whole and can be unpacked; else why there is none. */
export type Unpacked = { readonly text: string } | { readonly problem: string } | undefined

/** Unpacks the content encodings that servers use, up to 64 MB. `undefined` for a body that was not kept. */
export function unpack({ headers, body }: RealAnswer, maxBytes = MAX_UNPACKED_BYTES): Unpacked {
  if (!body) return undefined
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  if (encoding !== undefined && !knownEncodings.has(encoding))
    return { problem: `the content encoding ${encoding} cannot be read` }
  const bytes = decodeBody(body, encoding, maxBytes)
  if (!('kind' in bytes)) return { text: bytes.toString('utf8') }
  return { problem: bytes.code === 'EMSGSIZE' ? bytes.message : `the content encoding ${encoding} cannot be read` }
}

const MAX_UNPACKED_BYTES = 64 * 1024 * 1024
const knownEncodings = new Set(['', 'identity', 'gzip', 'x-gzip', 'deflate', 'br'])

/** Whether an answer goes by unread: a stream that goes on, or a body that was too large to keep. */
export function isUnjudged({ headers, body }: RealAnswer): boolean {
  return body === undefined || (headers['content-type'] ?? '').startsWith('text/event-stream')
}

function contentOf(
  spec: ResponseSpec,
  method: string,
  answer: RealAnswer,
  unpacked: Unpacked,
): { readonly value: unknown } | { readonly breach: Breach } {
  const { status, headers } = answer
  const bodiless = method === 'HEAD' || status === 204 || status === 304
  if (bodiless || unpacked === undefined || isUnjudged(answer)) return { value: undefined }
  const pointer = pointerTo(spec.pointer, 'content')
  if ('problem' in unpacked) return { breach: { pointer, message: unpacked.problem } }
  const { text } = unpacked
  if (text === '') {
    const expected = Object.keys(spec.content).join(' or ')
    return expected === ''
      ? { value: undefined }
      : { breach: { pointer, message: `the body is empty, but ${expected} is declared` } }
  }
  if (!/json/i.test(headers['content-type'] ?? '')) return { value: text }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { breach: { pointer, message: 'the body is not valid JSON' } }
  }
}

/** A promise is broken only where the page states which statuses of this class there are. */
function undeclaredStatus(operation: Operation, status: number): Finding {
  const pointer = pointerTo(operation.pointer, 'responses')
  const message = `the status ${status} is not declared`
  const ofClass = Object.entries(operation.responses).filter(([declared]) => declared[0] === String(status)[0])
  const isPromise = ofClass.some(([, response]) => response.inferred === undefined)
  return isPromise
    ? { pointer, message }
    : { pointer, message, inferred: ofClass[0]?.[1].inferred ?? `the page states no status like ${status}` }
}

function findingAt(api: Api, breach: Breach): Finding {
  const inferred = assumptionAt(api.document, breach.pointer)
  return { ...breach, ...(inferred !== undefined && { inferred }) }
}

async function payloadOf(
  mediaType: string | undefined,
  line: RequestHead,
  body: Buffer | undefined,
): Promise<Payload | undefined> {
  if (!body) return undefined
  if (mediaType !== 'multipart/form-data') return { kind: 'bytes', bytes: body }
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': String(line.headers['content-type']) },
    }).formData()
    return await formPayload(form)
  } catch {
    return undefined
  }
}

async function formPayload(form: FormData): Promise<FormPayload> {
  const fields: Record<string, unknown> = {}
  const files: UploadedFile[] = []
  const texts = new Map<UploadedFile, string>()
  for (const [field, value] of form.entries()) {
    if (typeof value === 'string') {
      fields[field] = value
      continue
    }
    const file = { field, name: harmlessName(value.name), mediaType: value.type, sizeBytes: value.size }
    files.push(file)
    if (isReadFile(file)) texts.set(file, await value.text())
  }
  return { kind: 'form', fields, files, texts }
}
