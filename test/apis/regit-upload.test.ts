import { describe, expect, test } from 'vitest'
import {
  accountOf,
  bearer,
  club,
  everyType,
  failure,
  multipart,
  multipartType,
  startRegit,
  textForm,
  unknownId,
  uploadPath,
  type User,
} from './regit-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const { mock, send, upload, register, rows } = await startRegit()

setBackAfterEachTest(mock)

const namelessPart = part('Content-Disposition: form-data; name="x"', 'Content-Type: application/octet-stream')
const brokenJsonPart = part('Content-Disposition: form-data; name="x"', 'Content-Type: application/json')

function part(...headers: readonly string[]): Buffer {
  return Buffer.from(`--understudy-boundary\r\n${headers.join('\r\n')}\r\n\r\n{\r\n--understudy-boundary--\r\n`)
}

function directoryOf(user: User): string {
  return `/Content/vault/documents/${accountOf[user]}/uploads`
}

function uploaded(user: User, ...fileNames: readonly string[]) {
  const data = fileNames.map((fileName) => ({ filePath: directoryOf(user), fileName, status: 'uploaded' }))
  return { success: true, message: 'Files uploaded', data }
}

describe('an upload', () => {
  test.each(['', '/Api'])('is answered as documented below "%s" (regit 33, 34, 35, 37, 38, b)', async (base) => {
    const answer = await send(`${base}${uploadPath}?interactionId=${club}`, {
      headers: { ...bearer('user-b'), 'content-type': multipartType },
      payload: multipart([{ name: 'newphoto.jpg' }]),
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      success: true,
      message: 'Files uploaded',
      data: [
        {
          filePath: '/Content/vault/documents/c52283cf-c77b-4433-ad69-9e8bc6451aa9/uploads',
          fileName: 'newphoto.jpg',
          status: 'uploaded',
        },
      ],
    })
  })

  test('takes any number of files under any keys and lists them in their order (regit 36, 39)', async () => {
    const parts = [
      { key: 'zeta', name: 'z.jpg' },
      { key: 'file', name: 'a.png' },
      { key: 'file', name: 'b.png' },
      { key: '0', name: 'Ünïcode 李.pdf' },
      { key: 'päss[0]', name: 'no ending' },
    ]
    expect((await upload(parts, 'user-a')).body).toEqual(
      uploaded('user-a', 'z.jpg', 'a.png', 'b.png', 'Ünïcode 李.pdf', 'no ending'),
    )
  })

  test('takes 20 files at once and no more (regit 36, 39)', async () => {
    const parts = Array.from({ length: 21 }, (_, index) => ({ key: `f${index}`, name: `page-${index}.png` }))
    expect(await upload(parts)).toMatchObject({ status: 413, body: failure('Request body too large') })
    const twenty = parts.slice(0, 20)
    expect((await upload(twenty)).body).toEqual(uploaded('user-b', ...twenty.map(({ name }) => name)))
  })

  test('belongs to the current user, whoever that is (regit 33, 38, r)', async () => {
    for (const user of ['user-a', 'user-b', 'user-c'] as const) {
      expect((await upload([{ name: 'a.jpg' }], user)).body).toEqual(uploaded(user, 'a.jpg'))
    }
  })

  test('may be empty, and may have a file of 10 MiB (regit 36)', async () => {
    expect((await upload([{ name: 'empty.txt', content: '' }])).status).toBe(200)
    const limit = 10 * 1024 * 1024
    expect((await upload([{ name: 'large.bin', content: Buffer.alloc(limit) }])).status).toBe(200)
    expect(await upload([{ name: 'larger.bin', content: Buffer.alloc(limit + 1) }])).toMatchObject({
      status: 413,
      body: failure('Request body too large'),
      headers: { 'x-mock-refused-by': 'size' },
    })
  })

  test('replaces a file of the same name (regit 33)', async () => {
    const before = (await rows('uploads')).length
    await upload([{ name: 'a.jpg', content: 'one' }])
    await upload([{ name: 'a.jpg', content: 'another' }])
    const stored = await rows('uploads')
    expect(stored).toHaveLength(before + 1)
    expect(stored.at(-1)).toMatchObject({ fileName: 'a.jpg', sizeBytes: 7, interactionId: club })
  })

  test('may have been made for another interaction than the one that is registered (regit 24)', async () => {
    await upload([{ name: 'a.jpg' }], 'user-b', club)
    const value = [{ filePath: directoryOf('user-b'), fileName: 'a.jpg' }]
    const fields = [{ source: 'newValue', path: '.governmentID.passportID.photo', value }]
    expect((await register({ interactionId: everyType, fields }, 'user-b')).status).toBe(200)
  })

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['/etc/passwd', 'passwd'],
    ['C:\\\\Windows\\\\win.ini', 'win.ini'],
    ["it's.jpg", 'its.jpg'],
  ])('keeps nothing of the directories in %j (regit 38)', async (name, kept) => {
    expect((await upload([{ name }])).body).toEqual(uploaded('user-b', kept))
  })
})

describe('an upload is refused', () => {
  const form = {
    headers: { ...bearer('user-b'), 'content-type': multipartType },
    payload: multipart([{ name: 'a.jpg' }]),
  }

  test.each(['', '?', '?interactionId=', '?interactionid=x', `?other=${club}`])(
    'without an interaction ID: "%s" (regit 34, d, q)',
    async (query) => {
      expect(await send(uploadPath + query, form)).toMatchObject({
        status: 400,
        body: failure('Missing interaction ID'),
        headers: { 'x-mock-refused-by': 'validation' },
      })
    },
  )

  test('with two interaction IDs (regit 34)', async () => {
    const url = `${uploadPath}?interactionId=${club}&interactionId=${everyType}`
    expect(await send(url, form)).toMatchObject({ status: 400, body: failure('Invalid parameters') })
  })

  test.each([unknownId, 'x', '%2e%2e', '__proto__'])('for the unknown interaction %s (regit c, q)', async (id) => {
    const before = await rows('uploads')
    expect(await send(`${uploadPath}?interactionId=${id}`, form)).toMatchObject({
      status: 404,
      body: failure('Interaction not found'),
      headers: { 'x-mock-refused-by': 'rule' },
    })
    expect(await rows('uploads')).toEqual(before)
  })

  test.each([
    ['text fields only', textForm],
    ['a file input that was left empty', multipart([{ name: '' }])],
    ['a file part that has no name', namelessPart],
    ['a file whose name is nothing but directories', multipart([{ name: '../..' }])],
    ['no part at all', Buffer.from('--understudy-boundary--\r\n')],
  ])('with %s (regit q)', async (_, payload) => {
    expect(await send(`${uploadPath}?interactionId=${club}`, { ...form, payload })).toMatchObject({
      status: 400,
      body: failure('Missing files', 'upload.missing'),
      headers: { 'x-mock-refused-by': 'validation' },
    })
  })

  test.each(['application/json', 'application/x-www-form-urlencoded', 'image/jpeg', 'multipart/mixed; boundary=x'])(
    'as %s (regit 35, q)',
    async (type) => {
      const headers = { ...bearer('user-b'), 'content-type': type }
      expect(await send(`${uploadPath}?interactionId=${club}`, { headers, payload: '{"a":1}' })).toMatchObject({
        status: 415,
        body: failure('Invalid or unsupported file format', 'upload.invalid'),
        headers: { 'x-mock-refused-by': 'media-type' },
      })
    },
  )

  test('without any body (regit 35, q)', async () => {
    expect(await send(`${uploadPath}?interactionId=${club}`, { headers: bearer('user-b') })).toMatchObject({
      status: 415,
      body: failure('Invalid or unsupported file format', 'upload.invalid'),
    })
  })

  test.each([
    ['without a boundary', 'multipart/form-data', multipart([{ name: 'a.jpg' }])],
    ['with another boundary', 'multipart/form-data; boundary=other', multipart([{ name: 'a.jpg' }])],
    ['whose text field is no JSON though it says so', multipartType, brokenJsonPart],
    ['that is cut short', multipartType, multipart([{ name: 'a.jpg' }]).subarray(0, -30)],
  ])('with a form %s (regit 35)', async (_, type, payload) => {
    const before = await rows('uploads')
    const headers = { ...bearer('user-b'), 'content-type': type }
    const answer = await send(`${uploadPath}?interactionId=${club}`, { headers, payload })
    expect(answer.status).toBe(400)
    expect(answer.body['success']).toBe(false)
    expect(await rows('uploads')).toEqual(before)
  })
})
