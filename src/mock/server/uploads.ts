import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Refusal, UploadedFile } from '../handlers/handler.ts'
import { type FormPayload, isReadFile, MAX_READ_BYTES } from '../engine/read-file.ts'

const MAX_FILE_BYTES = 10 * 1024 * 1024
const MAX_FILES = 20
const MAX_FIELDS = 100
const MAX_FIELD_BYTES = 64 * 1024

/** Lets the operations of a scope take `multipart/form-data`; loaded only for an API that has one. */
export async function registerForms(scope: FastifyInstance): Promise<void> {
  const { default: multipart } = await import('@fastify/multipart')
  await scope.register(multipart, {
    limits: {
      fileSize: MAX_FILE_BYTES,
      files: MAX_FILES,
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      parts: MAX_FILES + MAX_FIELDS,
    },
  })
}

/** Streams the parts of a form and keeps what the mock needs of them: never the bytes of a file that is none of JSON or text. Rejects with what `uploadRefusal` knows. */
export async function readForm(request: FastifyRequest): Promise<FormPayload> {
  try {
    return await readParts(request)
  } catch (error) {
    throw new FormError(error)
  }
}

/** Whatever the parser of forms says: it is about the form, and never an error of ours. */
class FormError extends Error {
  readonly code: string

  constructor(cause: unknown) {
    super('the form cannot be read', { cause })
    this.code = (cause as { code?: string }).code ?? ''
  }
}

async function readParts(request: FastifyRequest): Promise<FormPayload> {
  const fields = new Map<string, unknown[]>()
  const files: UploadedFile[] = []
  const texts = new Map<UploadedFile, string>()
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      let sizeBytes = 0
      const kept: Buffer[] = []
      for await (const chunk of part.file as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length
        if (sizeBytes <= MAX_READ_BYTES) kept.push(chunk)
      }
      if (part.file.truncated) throw Object.assign(new Error('file too large'), { code: 'FST_REQ_FILE_TOO_LARGE' })
      const name = harmlessName(part.filename)
      const file: UploadedFile = { field: part.fieldname, name, mediaType: part.mimetype, sizeBytes }
      files.push(file)
      if (isReadFile(file)) texts.set(file, Buffer.concat(kept).toString('utf8'))
    } else {
      fields.set(part.fieldname, [...(fields.get(part.fieldname) ?? []), part.value])
    }
  }
  // A field that comes several times is a list.
  const entries = [...fields].map(([name, values]) => [name, values.length > 1 ? values : values[0]] as const)
  return { kind: 'form', fields: Object.fromEntries(entries), files, texts }
}

/** The base name without quotes and control characters: what a server may store and show; `''` where no name was sent. */
export function harmlessName(sent: string | undefined): string {
  if (!sent) return ''
  const base = sent.split(/[/\\]/).at(-1) ?? ''
  // oxlint-disable-next-line no-control-regex -- control characters are what has to go
  const clean = base.replaceAll(/["'`\u0000-\u001f\u007f]/g, '').trim()
  return /^\.*$/.test(clean) ? 'file' : clean
}

/** The refusal for a form that breaks a limit or its own grammar; `undefined` for any other error. */
export function uploadRefusal(error: unknown): Refusal | undefined {
  const { code = '' } = error as { code?: string }
  if (tooLarge.has(code)) {
    const limits = `${MAX_FILES} files of ${MAX_FILE_BYTES} bytes each`
    return {
      kind: 'refusal',
      by: 'size',
      status: 413,
      message: `The form is too large; at most ${limits} are accepted.`,
    }
  }
  if (!(error instanceof FormError)) return undefined
  return {
    kind: 'refusal',
    by: 'syntax',
    status: 400,
    message: 'The body is not a well-formed multipart/form-data form.',
  }
}

const tooLarge = new Set([
  'FST_REQ_FILE_TOO_LARGE',
  'FST_FILES_LIMIT',
  'FST_PARTS_LIMIT',
  'FST_FIELDS_LIMIT',
  'FST_ERR_CTP_BODY_TOO_LARGE',
])
