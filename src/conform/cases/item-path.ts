import type { Resource } from './resource.ts'

type Named = Pick<Resource, 'itemPath' | 'parameter'>

/** The segment of a path that names the thing, percent-encoded as it stands there; `undefined` for a path of another form. */
export function itemIn(resource: Named, path: string): string | undefined {
  const place = placeIn(resource, path)
  return place?.segments[place.index]
}

/**
 * The path about another thing: the segment that names it is replaced, whatever else in the path looks like it, such as the
 * `1` of `/v1`.
 */
export function withItem(resource: Named, path: string, id: string): string {
  const place = placeIn(resource, path)
  if (place === undefined) return path
  const { index, segments, query } = place
  return segments.with(index, encodeURIComponent(id)).join('/') + query
}

/** Counted from the end, since anything may stand before the path of the document. */
function placeIn(
  { itemPath, parameter }: Named,
  path: string,
): { readonly segments: string[]; readonly index: number; readonly query: string } | undefined {
  const [plain = ''] = path.split('?', 1)
  const segments = plain.split('/')
  const template = itemPath.split('/')
  const index = segments.length - template.length + template.indexOf(`{${parameter}}`)
  const isItem = segments.length >= template.length && template.includes(`{${parameter}}`)
  return isItem ? { segments, index, query: path.slice(plain.length) } : undefined
}
