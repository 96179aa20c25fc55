/** One operation that reads, and one that writes. */
export const thingDocument = `openapi: 3.1.0
info: { title: Thing, version: '1' }
servers: [{ url: 'https://thing.example' }]
paths:
  /thing:
    get:
      operationId: getThing
      responses: { '200': { $ref: '#/components/responses/Thing' } }
    post:
      operationId: postThing
      responses: { '200': { $ref: '#/components/responses/Thing' } }
components:
  responses:
    Thing:
      description: The thing.
      content:
        application/json:
          schema: { type: object, required: [id], properties: { id: { type: integer } } }
          examples: { thing: { value: { id: 1 } } }
`
