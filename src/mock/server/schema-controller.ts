import type { FastifyServerOptions } from 'fastify'

/** For an app whose routes bring their own compilers of schemas, where they have any: Fastify would load its own at once. */
export const schemaController = {
  compilersFactory: { buildValidator: () => noCompiler, buildSerializer: () => noCompiler },
} satisfies FastifyServerOptions['schemaController']

function noCompiler(): never {
  throw new Error('a route with a schema needs compilers of its own')
}
