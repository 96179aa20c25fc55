import type { Api } from './api.ts'
import type { Pointer } from './json.ts'

/** The place of a pointer as the user finds it: a pointer into the document's own file, or that of another file behind its name. */
export function writtenPlace(api: Pick<Api, 'file' | 'placeOf'>, pointer: Pointer): string {
  const place = api.placeOf(pointer)
  return place.file === api.file ? place.pointer : `${place.file}#${place.pointer}`
}
