import type { OpenAPIV3_1 } from 'openapi-types'
import type { JsonObject } from '../openapi/api.ts'
import { schemaController } from '../mock/server/schema-controller.ts'
import { version } from '../version.ts'
import type { ControlPart } from './control-options.ts'
import { CONTROL_PREFIX, controlPlane, type ControlPlaneOptions, mockParts } from './control-plane.ts'
import { problem } from './route-schema.ts'

/**
 * The OpenAPI 3.1 document of the control plane, made by `@fastify/swagger` from the schemas on its routes. The plugin and its
 * YAML parser take a third of a start to load, so the routes are registered once more when somebody first asks, in an app that
 * does nothing but describe itself.
 */
export async function describeControlPlane(options: ControlPlaneOptions): Promise<JsonObject> {
  const [{ default: Fastify }, { default: swagger }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
  ])
  const app = Fastify({ schemaController })
  const withoutBody = new Set<string>()
  await app.register(swagger, {
    openapi: openapiOf(options.parts ?? mockParts),
    convertConstToEnum: false,
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, index) => ($id as string | undefined) ?? `def-${index}`,
    },
    transformObject: (made) => {
      const document = ('openapiObject' in made ? made.openapiObject : {}) as OpenAPIV3_1.Document
      allowMissingBodies(document, withoutBody)
      return document
    },
  })
  app.addHook('onRoute', ({ config, schema }) => {
    if (config?.optionalBody && schema?.operationId !== undefined) withoutBody.add(schema.operationId)
  })
  await app.register(controlPlane, { ...options, prefix: CONTROL_PREFIX })
  await app.ready()
  const document = app.swagger() as unknown as JsonObject
  await app.close()
  return document
}

function openapiOf(parts: readonly ControlPart[]): Partial<OpenAPIV3_1.Document> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Understudy control plane',
      version,
      description:
        'Controls the mock itself. A call acts on the session that the path prefix `/~<id>` or the header `x-mock-session` names, and without either on the default session.',
    },
    servers: [{ url: '/', description: 'This mock itself' }],
    security: [],
    tags: parts.map(({ tag }) => ({ ...tag })),
    components: {
      responses: {
        NotFound: problemResponse('There is no such path, or no such session.'),
        MethodNotAllowed: {
          ...problemResponse('The path has no such method.'),
          headers: { Allow: { required: true, schema: { type: 'string' } } },
        },
      },
    },
  }
}

/** What is handed to the plugin as it is, and not read from a route, refers by place. */
function problemResponse(description: string): OpenAPIV3_1.ResponseObject {
  return {
    ...problem(description),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

/** The plugin takes every body of a route to be required. */
function allowMissingBodies({ paths = {} }: OpenAPIV3_1.Document, operationIds: ReadonlySet<string>): void {
  for (const item of Object.values(paths)) {
    const { requestBody, operationId = '' } = item?.post ?? {}
    if (requestBody && 'content' in requestBody && operationIds.has(operationId)) requestBody.required = false
  }
}
