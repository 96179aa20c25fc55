import { expect, test } from 'vitest'
import { curlOf } from '../../src/docs/client/request.ts'
import type { TryData } from '../../src/docs/client/try-data.ts'
import { createUnderstudy } from '../../src/index.ts'
import { folderWith } from '../support/pets.ts'

const operation = (operationId: string, type: string, schema: object): object => ({
  post: {
    operationId,
    requestBody: { content: { [type]: { schema } } },
    responses: { 204: { description: 'Taken.' }, 400: { description: 'Refused.' } },
  },
})
const name = { type: 'string', example: 'Zoe & Max' }

/** Bodies that nobody called required, as in most documents. */
const document = {
  openapi: '3.1.0',
  info: { title: 'Forms', version: '1' },
  paths: {
    '/upload': operation('upload', 'multipart/form-data', {
      type: 'object',
      properties: { name, photo: { type: 'string', format: 'binary' } },
    }),
    '/form': operation('form', 'application/x-www-form-urlencoded', { type: 'object', properties: { name } }),
    '/json': operation('json', 'application/json', { type: 'object', required: ['name'], properties: { name } }),
    '/free': operation('free', 'application/json', { type: 'object', properties: { name } }),
  },
}

test.each([
  ['upload', "-F 'photo=@photo.jpg;type=image/jpeg'"],
  ['upload', "--form-string 'name=Zoe & Max'"],
  ['form', "--data-raw 'name=Zoe+%26+Max'"],
  ['json', `"name": "Zoe & Max"`],
])('the sample of %s sends %s, and the mock takes it', async (id, part) => {
  const mock = await createUnderstudy({ listen: false, openapi: folderWith({ 'forms.json': JSON.stringify(document) }) })
  const { operations } = (await mock.inject(`/docs/forms/operations/${id}/try.json`)).json<TryData>()
  const request = operations[id]?.scenarios[0]?.request
  if (!request) throw new Error('there is no request')
  const { path, headers, body } = request
  const answer = await mock.inject({
    method: 'POST',
    url: path,
    headers: Object.fromEntries(headers),
    ...(body !== undefined && { payload: body }),
  })
  await mock.close()
  expect(curlOf('', request)).toContain(part)
  expect(answer.statusCode).toBe(204)
})

test('a body that may be empty is left out', async () => {
  const mock = await createUnderstudy({ listen: false, openapi: folderWith({ 'forms.json': JSON.stringify(document) }) })
  const { operations } = (await mock.inject('/docs/forms/operations/free/try.json')).json<TryData>()
  await mock.close()
  expect(operations['free']?.scenarios[0]?.request.body).toBeUndefined()
})
