import { join } from 'node:path'
import { expect, test } from 'vitest'
import { proveApi } from '../../src/prove/prove-api.ts'
import { folderWith } from '../support/pets.ts'

const spec = `
openapi: 3.1.0
info: { title: Parcels, version: '1' }
paths:
  /parcels:
    get:
      operationId: listParcels
      parameters:
        - { name: state, in: query, schema: { type: string, enum: [open, sent] } }
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
        - { name: offset, in: query, schema: { type: integer, minimum: 0 } }
        - { name: sort, in: query, schema: { type: string, enum: [weight, -weight] } }
      responses:
        '200':
          description: The parcels
          content:
            application/json:
              schema:
                type: object
                required: [total, items]
                properties:
                  total: { type: integer }
                  items: { type: array, items: { $ref: '#/components/schemas/Parcel' } }
    post:
      operationId: createParcel
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [state, weight]
              properties:
                state: { type: string, enum: [open, sent] }
                weight: { type: integer, minimum: 1, maximum: 1000 }
      responses:
        '201':
          description: Made
          content: { application/json: { schema: { $ref: '#/components/schemas/Parcel' } } }
        '400': { description: Refused }
  /parcels/{id}:
    get:
      operationId: getParcel
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses:
        '200':
          description: The parcel
          content: { application/json: { schema: { $ref: '#/components/schemas/Parcel' } } }
        '404': { description: Unknown }
components:
  schemas:
    Parcel:
      type: object
      required: [id, state, weight]
      properties:
        id: { type: string }
        state: { type: string, enum: [open, sent] }
        weight: { type: integer, minimum: 1, maximum: 1000 }
`

test('lists of anybody’s document that filter, cut, order or count wrongly are found by name', async () => {
  const openapi = join(folderWith({ 'openapi/parcels.yaml': spec }), 'openapi')
  const report = await proveApi('parcels', { openapi, only: '/list-' })
  expect(report.known).toEqual([])
  expect(report.trials.map(({ id, outcome }) => `${id.split('/').at(-1) ?? ''}: ${outcome}`)).toEqual([
    'list-filter-ignored state: found',
    'list-limit-ignored limit: found',
    'list-limit-plus-one limit: found',
    'list-skip-ignored offset: found',
    'list-skip-minus-one offset: found',
    'list-order-turned-round sort: found',
    'list-total-of-the-page: found',
    'list-total-plus-one: found',
  ])
}, 30_000)
