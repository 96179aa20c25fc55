import { expect, test } from 'vitest'
import { apiOf, served } from './small-inputs/serve-text.ts'

const thing = `{ type: object, additionalProperties: false, required: [toString, name], properties: { toString: { type: string }, constructor: { type: integer }, name: { type: string } } }`
const document = `openapi: 3.1.0
info: { title: Things, version: '1' }
paths:
  /things:
    post:
      requestBody: { required: true, content: { application/json: { schema: ${thing} } } }
      responses: { '201': { description: Made, content: { application/json: { schema: ${thing} } } } }
`

test.each([
  [{ name: 'a' }, ["body /toString must have required property 'toString'"]],
  [{ name: 'a', toString: 1, constructor: 'b' }, ['body /toString must be string', 'body /constructor must be integer']],
  [{ name: 'a', toString: 'b', valueOf: 1 }, ['body /valueOf must NOT have additional properties']],
])('a property that every object inherits counts only where it was sent: %j', async (payload, messages) => {
  await served(document, async (mock) => {
    const refused = await mock.inject({ method: 'POST', url: '/things', payload })
    expect(refused.statusCode).toBe(400)
    expect(refused.json<{ errors: { message: string }[] }>().errors.map(({ message }) => message)).toEqual(messages)
  })
})

test('an answer of a real server needs such a property as well', () => {
  const validate = apiOf(document).operations[0]?.responses['201']?.content['application/json']?.validate
  expect(validate?.({ name: 'a' })).toMatchObject([{ keyword: 'required', params: { missingProperty: 'toString' } }])
  expect(validate?.({ name: 'a', toString: 'b', constructor: 1 })).toEqual([])
})
