import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A sixth API: one resource with list, create, read, patch and delete, and nothing but a spec and fixtures. */
export const petsSpec = `openapi: 3.1.0
info: { title: Pets, version: '1', description: A shelter. }
servers: [{ url: 'https://pets.example.com' }]
security: [{ bearer: [] }]
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
        - { name: offset, in: query, schema: { type: integer, minimum: 0 } }
        - { name: sort, in: query, schema: { type: string } }
        - { name: kind, in: query, schema: { $ref: '#/components/schemas/Kind' } }
      responses:
        '200':
          description: A page of pets.
          content:
            application/json:
              schema:
                type: object
                required: [items, total]
                properties:
                  items: { type: array, items: { $ref: '#/components/schemas/Pet' } }
                  total: { type: integer }
        '400': { $ref: '#/components/responses/Problem' }
        '401': { $ref: '#/components/responses/Problem' }
    post:
      operationId: createPet
      summary: Take in a pet
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/NewPet' }
            examples: { rex: { value: { name: Rex, kind: dog } } }
      responses:
        '201':
          description: It has a place.
          headers: { Location: { required: true, schema: { type: string } } }
          content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } }
        '400': { $ref: '#/components/responses/Problem' }
        '401': { $ref: '#/components/responses/Problem' }
        '415': { $ref: '#/components/responses/Problem' }
  /pets/{petId}:
    parameters: [{ name: petId, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getPet
      summary: Look at a pet
      responses:
        '200': { description: The pet., content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
        '401': { $ref: '#/components/responses/Problem' }
        '404': { $ref: '#/components/responses/Problem' }
    patch:
      operationId: patchPet
      summary: Change a pet
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, properties: { name: { type: string, minLength: 1 }, kind: { $ref: '#/components/schemas/Kind' } } }
            examples: { rename: { value: { name: Bello } } }
      responses:
        '200': { description: The pet., content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
        '400': { $ref: '#/components/responses/Problem' }
        '401': { $ref: '#/components/responses/Problem' }
        '404': { $ref: '#/components/responses/Problem' }
        '415': { $ref: '#/components/responses/Problem' }
    delete:
      operationId: deletePet
      summary: Give a pet away
      responses:
        '204': { description: It is gone. }
        '401': { $ref: '#/components/responses/Problem' }
        '404': { $ref: '#/components/responses/Problem' }
components:
  securitySchemes: { bearer: { type: http, scheme: bearer } }
  responses:
    Problem:
      description: Why not.
      content:
        application/problem+json:
          schema:
            type: object
            required: [title, status, detail]
            properties:
              type: { type: string }
              title: { type: string }
              status: { type: integer }
              detail: { type: string }
  schemas:
    Kind: { type: string, enum: [cat, dog, parrot] }
    NewPet:
      type: object
      required: [name, kind]
      properties: { name: { type: string, minLength: 1, maxLength: 40 }, kind: { $ref: '#/components/schemas/Kind' } }
      additionalProperties: false
    Pet:
      type: object
      required: [id, name, kind, createdAt]
      properties:
        id: { type: string, format: uuid }
        name: { type: string, minLength: 1, maxLength: 40 }
        kind: { $ref: '#/components/schemas/Kind' }
        createdAt: { type: string, format: date-time, readOnly: true }
      additionalProperties: false
`

export const pets = [
  { id: 'a3f1c2d4-0000-4000-8000-000000000001', name: 'Mia', kind: 'cat', createdAt: '2025-01-01T00:00:00.000Z' },
  { id: 'a3f1c2d4-0000-4000-8000-000000000002', name: 'Rex', kind: 'dog', createdAt: '2025-01-02T00:00:00.000Z' },
  { id: 'a3f1c2d4-0000-4000-8000-000000000003', name: 'Ada', kind: 'cat', createdAt: '2025-01-03T00:00:00.000Z' },
]

const credentials = [{ id: 'keeper', description: 'the keeper', headers: { authorization: 'Bearer keeper' } }]

export const keeper = { authorization: 'Bearer keeper' }

/** Files by path below a new temporary folder; returns the folder. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-test-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** The sixth API in a temporary folder: `{ openapi, fixtures }` for `createUnderstudy` and `serve`. */
export function petsFolders(spec = petsSpec): { openapi: string; fixtures: string } {
  const folder = folderWith({
    'openapi/pets.yaml': spec,
    'fixtures/pets/pets.json': JSON.stringify(pets),
    'fixtures/pets/credentials.json': JSON.stringify(credentials),
  })
  return { openapi: join(folder, 'openapi'), fixtures: join(folder, 'fixtures') }
}
