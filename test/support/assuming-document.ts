const assumed = { 'x-inferred': 'no page says so' }

/** Somebody's document that marks what it assumes: clauses of descriptions, statuses, properties, alternatives, parameters. */
export const assumingDocument = {
  openapi: '3.1.0',
  info: {
    title: 'A document that assumes',
    version: '1',
    description: 'Everything is kept. Nothing is ever thrown away (assumed).',
  },
  servers: [{ url: 'http://assuming.example' }],
  security: [{ key: [] }],
  paths: {
    '/things': {
      get: {
        operationId: 'listThings',
        summary: 'List things',
        description:
          'Lists all things.\n\n- The newest stands first. Of two that are equally new, the larger one does (assumed).\n- Nobody else sees them (assumed).',
        parameters: [
          {
            name: 'limit',
            in: 'query',
            description: 'How many; at most 50 (assumed).',
            schema: { type: 'integer', maximum: 50 },
          },
          { name: 'color', in: 'query', ...assumed, schema: { type: 'string', enum: ['red', 'blue'] } },
        ],
        responses: {
          200: {
            description: 'The things.',
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } },
            },
          },
          429: { description: 'Too many requests.', ...assumed },
        },
      },
      post: {
        operationId: 'createThing',
        summary: 'Create a thing',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
        },
        responses: {
          201: {
            description: 'Created.',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
          400: { description: 'Refused.', 'x-inferred': { status: 'the page prints no status' } },
        },
      },
    },
  },
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'x-key', description: 'A key. It never ends (assumed).' },
    },
    schemas: {
      Thing: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string', description: 'The name of the thing; unique (assumed).', readOnly: true },
          size: { type: 'integer', minimum: 1, 'x-inferred': { minimum: 'nothing is smaller' } },
          shape: {
            oneOf: [
              { title: 'round', type: 'object', properties: { radius: { type: 'number' } } },
              { title: 'square', type: 'object', properties: { side: { type: 'number' } }, ...assumed },
            ],
          },
        },
      },
    },
  },
}
