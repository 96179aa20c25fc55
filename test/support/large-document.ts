/** A document of so many operations, in groups of five by tag, that all answer with one schema. */
export function largeDocument(operations: number): object {
  const names = Array.from({ length: operations }, (_, index) => `thing${index}`)
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Shape' } } }
  const operation = (name: string, index: number): object => ({
    operationId: `get-${name}`,
    summary: `Get ${name}`,
    tags: [`tag ${Math.floor(index / 5)}`],
    responses: { 200: { description: 'Found.', content } },
  })
  return {
    openapi: '3.1.0',
    info: { title: 'Large', version: '1' },
    servers: [{ url: 'http://large.example' }],
    paths: Object.fromEntries(names.map((name, index) => [`/${name}`, { get: operation(name, index) }])),
    components: {
      schemas: {
        Shape: {
          type: 'object',
          properties: { corners: { type: 'integer' }, parent: { $ref: '#/components/schemas/Shape' } },
        },
      },
    },
  }
}
