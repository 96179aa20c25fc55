import { isJson } from '../../openapi/media-type.ts'
import type { UploadedFile } from '../handlers/handler.ts'

/** The parts of a `multipart/form-data` body. */
export interface FormPayload {
  readonly kind: 'form'
  readonly fields: Readonly<Record<string, unknown>>
  readonly files: readonly UploadedFile[]
  /** What the small files of JSON or text say: a part that a browser builds from a `Blob` is a file to it. No journal shows them. */
  readonly texts: ReadonlyMap<UploadedFile, string>
}

export const MAX_READ_BYTES = 64 * 1024

/** Whether the text of a file is kept, to be read where its property is no file. */
export function isReadFile({ mediaType, sizeBytes }: UploadedFile): boolean {
  const [type = ''] = mediaType.toLowerCase().split(';')
  return sizeBytes <= MAX_READ_BYTES && (isJson(type.trim()) || type.trim() === 'text/plain')
}
