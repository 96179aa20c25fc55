import { type Draft, isDraft } from './draft.ts'
import { type At, below, rootAt } from './at.ts'
import type { Repair } from './repair.ts'
import { mediaTypes, swaggerResponse } from './swagger-operation.ts'

/** Writes the root of 2.0 as one of 3.x: its components, and its servers. */
export function swaggerRoot(repair: Repair): void {
  const { root } = repair
  const components: Draft = {}
  const place = below(rootAt, 'components')
  const take = (from: string, to: string): void => {
    if (root[from] === undefined) return
    components[to] = root[from]
    delete root[from]
    repair.move(below(rootAt, from), below(place, to))
  }
  take('definitions', 'schemas')
  take('parameters', 'parameters')
  take('responses', 'responses')
  take('securityDefinitions', 'securitySchemes')
  root['components'] = components
  const { responses } = components
  if (isDraft(responses))
    for (const [name, response] of Object.entries(responses))
      swaggerResponse(repair, response, mediaTypes(root['produces']), below(below(place, 'responses'), name))
  swaggerServers(repair)
  delete root['swagger']
}

function swaggerServers(repair: Repair): void {
  const { root } = repair
  const { host, basePath, schemes } = root
  const path = typeof basePath === 'string' ? `/${basePath.replace(/^\/+/, '')}` : '/'
  const list = mediaTypes(schemes)
  const origins = typeof host === 'string' && host !== '' ? (list.length > 0 ? list : ['https']).map((scheme) => `${scheme}://${host}`) : ['']
  root['servers'] = origins.map((origin, index) => {
    const from: At = below(rootAt, 'basePath')
    repair.derive(from, below(below(rootAt, 'servers'), index))
    return { url: origin + path }
  })
  for (const name of ['host', 'basePath', 'schemes']) delete root[name]
}
