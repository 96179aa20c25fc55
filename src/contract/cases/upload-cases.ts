import { valueAt } from '../../spec/pointer.ts'
import type { Expectation, RequestCase } from '../case.ts'
import type { Base } from './body-cases.ts'
import type { Context } from './context.ts'
import { refusal, requestCase, success, whyStatus } from './request-case.ts'

/** Forms with as many and as large files as the response 413 allows by `x-max-files` and `x-max-file-bytes`, and with more. */
export function uploadLimitCases(context: Context, base: Base): RequestCase[] {
  const { draft, given, status } = base
  const { operation } = draft
  const declared = operation.responses['413']
  const boundary = /^multipart\/form-data;.*boundary=([^\s;]+)/.exec(draft.contentType ?? '')?.[1]
  if (!declared || boundary === undefined) return []
  const limitCase = (name: string, files: readonly Buffer[], expectation: Expectation): RequestCase =>
    requestCase(context, {
      name,
      kind: 'protocol',
      draft: { ...draft, body: { kind: 'raw', data: formOf(boundary, files) } },
      expectation,
      pointer: declared.pointer,
      why: whyStatus(context, operation, '413'),
      given,
    })
  const limitAt = (keyword: string): number | undefined => {
    const limit = valueAt(context.api.document, `${declared.pointer}/${keyword}`)
    return typeof limit === 'number' ? limit : undefined
  }
  const [maxFiles, maxBytes] = [limitAt('x-max-files'), limitAt('x-max-file-bytes')]
  const accepted = success(operation, status)
  const refused = refusal(['413'], 'size-accepted')
  return [
    ...(maxFiles === undefined
      ? []
      : [
          limitCase('form has as many files as the limit', filesOf(maxFiles), accepted),
          limitCase('form has one file more than the limit', filesOf(maxFiles + 1), refused),
        ]),
    ...(maxBytes === undefined
      ? []
      : [
          limitCase('form has a file as large as the limit', [Buffer.alloc(maxBytes)], accepted),
          limitCase('form has a file larger than the limit', [Buffer.alloc(maxBytes + 1)], refused),
        ]),
  ]
}

function filesOf(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`understudy ${index}`))
}

function formOf(boundary: string, files: readonly Buffer[]): Uint8Array {
  const parts = files.flatMap((content, index) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file${index}"; filename="understudy-${index}.bin"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ),
    content,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
}
