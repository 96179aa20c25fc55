import { type Draft, isDraft } from './draft.ts'
import type { Notes } from '../note.ts'
import { below, rootAt } from './at.ts'
import { visitExample, visitHeader, visitLink, visitMap, visitMediaType, visitRequestBody, visitResponse } from './content.ts'
import { visitParameter } from './parameter.ts'
import { describePathParameters } from './path-parameters.ts'
import { mendServers, visitCallback, visitPathItem } from './path-item.ts'
import type { Places } from './places.ts'
import { type Kind, Repair, type SpecVersion, type Visit } from './repair.ts'
import { typeNameOf, visitSchema } from './schema.ts'
import { mendRequirements, visitSecurityScheme } from './security.ts'
import type { SourceFiles } from './source-files.ts'
import { swaggerRoot } from './swagger-root.ts'

const visits: Readonly<Record<Kind, Visit>> = {
  schema: visitSchema,
  parameter: visitParameter,
  header: visitHeader,
  response: visitResponse,
  requestBody: visitRequestBody,
  example: visitExample,
  mediaType: visitMediaType,
  pathItem: visitPathItem,
  callback: visitCallback,
  link: visitLink,
  securityScheme: visitSecurityScheme,
}

const components: readonly (readonly [string, Visit])[] = [
  ['securitySchemes', visitSecurityScheme],
  ['schemas', visitSchema],
  ['parameters', visitParameter],
  ['headers', visitHeader],
  ['examples', visitExample],
  ['mediaTypes', visitMediaType],
  ['requestBodies', visitRequestBody],
  ['responses', visitResponse],
  ['links', visitLink],
  ['pathItems', visitPathItem],
  ['callbacks', visitCallback],
]

export interface RepairedDocument {
  readonly version: SpecVersion
  readonly root: Draft
  readonly notes: Notes
  readonly places: Places
  readonly files: SourceFiles
}

/**
 * Brings a document of somebody else into the shape of OpenAPI 3.1, in place: of any version, with what its other files hold
 * below FILES, and without what the kit can't use, of which there is a note each. It was parsed for this and belongs to nobody else.
 */
export function repairDocument({ version, root, notes, places, files }: RepairedDocument): void {
  const repair = new Repair({ version, root, notes, places, files, visits })
  if (version === '2.0') swaggerRoot(repair)
  mendRoot(repair)
  const place = below(rootAt, 'components')
  if (isDraft(root['components']))
    for (const [name, visit] of components) visitMap(repair, root['components'], name, place, visit)
  mendRequirements(repair, root, rootAt)
  visitPaths(repair)
  visitMap(repair, root, 'webhooks', rootAt, visitPathItem)
  repair.finish()
  keepTop(root)
  describePathParameters(repair)
  root['openapi'] = '3.1.0'
}

/** A reference that takes the whole of `/paths` for something else must not leave nothing there. */
function keepTop(root: Draft): void {
  for (const name of ['info', 'paths', 'components'] as const) if (name in root && !isDraft(root[name])) root[name] = {}
  root['paths'] ??= {}
}

function mendRoot(repair: Repair): void {
  const { root } = repair
  if (!isDraft(root['info'])) {
    repair.note(rootAt, 'has no info', 'it has no title')
    root['info'] = { title: '', version: '' }
  }
  for (const name of ['components', 'paths'])
    if (root[name] !== undefined && !isDraft(root[name])) {
      repair.note(below(rootAt, name), `is ${typeNameOf(root[name])} where an object is expected`, 'it is left out')
      delete root[name]
    }
  mendServers(repair, root, rootAt)
  const { tags } = root
  if (tags === undefined) return
  if (!Array.isArray(tags)) delete root['tags']
  else root['tags'] = tags.filter((tag) => isDraft(tag) && typeof tag['name'] === 'string')
}

function visitPaths(repair: Repair): void {
  const { root } = repair
  const paths = root['paths'] as Draft | undefined
  if (!paths || Object.keys(paths).length === 0) {
    repair.note(rootAt, 'has no paths', 'there is nothing to serve')
    root['paths'] = {}
    return
  }
  for (const path of Object.keys(paths)) {
    if (path.startsWith('x-')) delete paths[path]
    else visitPathItem(repair, paths, path, below(below(rootAt, 'paths'), path))
  }
}
