import type { UploadedFile } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'

/** How an uploaded file is named in the value of a `doc` field. */
export interface DocumentPath {
  readonly filePath: string
  readonly fileName: string
}

/** Keeps that the file was uploaded, not its bytes; a file of the same name is replaced. */
export function storeUpload(state: State, accountId: string, interactionId: string, file: UploadedFile): DocumentPath {
  const path = { filePath: `/Content/vault/documents/${accountId}/uploads`, fileName: file.name }
  state.collection('uploads').put({
    id: keyOf(path),
    accountId,
    interactionId,
    ...path,
    mediaType: file.mediaType,
    sizeBytes: file.sizeBytes,
    uploadedAt: state.clock.iso(),
  })
  return path
}

/** Whether one of the accounts has uploaded the file. */
export function isUploaded(state: State, path: DocumentPath, accountIds: readonly string[]): boolean {
  const row = state.collection('uploads').get(keyOf(path))
  // Another split of the same text into directory and name is another document.
  return row?.['fileName'] === path.fileName && accountIds.includes(String(row['accountId']))
}

function keyOf({ filePath, fileName }: DocumentPath): string {
  return `${filePath}/${fileName}`
}
