import { expect, test } from 'vitest'
import { endsAfterEach, json, ref, send, sends, serve } from '../support/small-api.ts'

endsAfterEach()

const kind = { type: 'string' }
const schemas = {
  Cat: { type: 'object', required: ['kind', 'lives'], properties: { kind, lives: { type: 'integer' } } },
  Dog: { type: 'object', required: ['kind', 'breed'], properties: { kind, breed: { type: 'string' } } },
}
const mapping = { cat: '#/components/schemas/Cat', dog: 'Dog' }

/** `POST /animals` takes and answers one of the two, which only the discriminator tells apart. */
async function animals(discriminator: object, keyword: 'oneOf' | 'anyOf' = 'oneOf'): ReturnType<typeof serve> {
  const Animal = { type: 'object', discriminator: { propertyName: 'kind', ...discriminator }, [keyword]: [ref('Cat'), ref('Dog')] }
  const paths = { '/animals': { post: { operationId: 'add', requestBody: sends(ref('Animal')), responses: { 201: json(ref('Animal')) } } } }
  return serve(paths, { components: { schemas: { ...schemas, Animal } } })
}

test.each(['oneOf', 'anyOf'] as const)('a mapping decides by which alternative of %s a body is validated', async (keyword) => {
  const mock = await animals({ mapping }, keyword)
  const { status, headers, body } = await send(mock, 'POST', '/animals', { payload: { kind: 'cat', breed: 'Collie' } })
  expect(status).toBe(400)
  expect(headers['x-mock-pointer']).toBe('/components/schemas/Cat/required')
  expect(body).toMatchObject({ errors: [{ pointer: '/lives', expected: 'lives' }] })
  expect((body as { errors: unknown[] }).errors).toHaveLength(1)
})

test('a value that both alternatives allow is valid by the one that it names, and comes back as such', async () => {
  const mock = await animals({ mapping })
  const both = { kind: 'dog', breed: 'Collie', lives: 1 }
  expect(await send(mock, 'POST', '/animals', { payload: both })).toMatchObject({ status: 201, body: both })
  const dog = { kind: 'dog', breed: 'Collie' }
  expect((await send(mock, 'POST', '/animals', { payload: dog })).body).toEqual(dog)
})

test('a name that a whole mapping does not have is refused with those that it has', async () => {
  const mock = await animals({ mapping })
  const { headers, body } = await send(mock, 'POST', '/animals', { payload: { kind: 'cow', breed: 'Angus' } })
  expect(body).toMatchObject({ status: 400, errors: [{ pointer: '/kind', expected: ['cat', 'dog'] }] })
  expect(headers['x-mock-pointer']).toBe('/components/schemas/Animal/discriminator/mapping')
})

test('without a mapping the names of the schemas decide, and others leave it to the alternatives', async () => {
  const mock = await animals({})
  const statusFor = async (payload: object): Promise<number> => (await send(mock, 'POST', '/animals', { payload })).status
  expect(await statusFor({ kind: 'Cat', breed: 'Collie' })).toBe(400)
  expect(await statusFor({ kind: 'Dog', breed: 'Collie' })).toBe(201)
  expect(await statusFor({ kind: 'hound', breed: 'Collie' })).toBe(201)
  expect(await statusFor({ kind: 'hound' })).toBe(400)
})
