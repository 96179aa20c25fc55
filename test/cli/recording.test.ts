import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { killAll, runHere, started } from '../support/cli.ts'
import { folderWith } from '../support/pets.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const headers = { authorization: 'Bearer polis-user-a' }
const interaction = '/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7'

let mock: Understudy | undefined
afterEach(async () => {
  killAll()
  await mock?.close()
  mock = undefined
})

describe('what a proxy has seen', () => {
  test('is served again: rows by proxy --record, with a credential that stands for those that are not kept', async () => {
    const folder = folderWith({})
    const recorded = join(folder, 'recorded')
    mock = await createUnderstudy({ apis: ['polis'] })
    const proxy = await started('proxy', 'polis', '--port', '0', '--upstream', mock.url, '--record', recorded)
    const real = await (await fetch(proxy.url + interaction, { headers })).json()
    await proxy.end()
    expect(readFileSync(join(recorded, 'polis', 'credentials.json'), 'utf8')).not.toContain('polis-user-a')
    const serve = await started('serve', 'polis', '--port', '0', '--fixtures', recorded)
    const again = await fetch(serve.url + interaction, { headers: { authorization: 'Bearer recorded' } })
    expect({ status: again.status, body: await again.json() }).toEqual({ status: 200, body: real })
    expect((await fetch(serve.url + interaction, { headers })).status).toBe(401)
  })

  test('is an HTTP Archive by proxy --har, without secrets, which conform --har judges', async () => {
    const file = join(folderWith({}), 'seen.har')
    mock = await createUnderstudy({ apis: ['polis'] })
    const proxy = await started('proxy', 'polis', '--port', '0', '--upstream', mock.url, '--har', file)
    await fetch(`${proxy.url}${interaction}?api_key=hidden`, { headers })
    await proxy.end()
    const text = readFileSync(file, 'utf8')
    expect(text).not.toMatch(/polis-user-a|hidden/)
    const archive = JSON.parse(text) as {
      log: { entries: { request: object; response: { content: { text: string } } }[] }
    }
    expect(archive).toMatchObject({
      log: {
        version: '1.2',
        entries: [
          { request: { method: 'GET', url: `${mock.url}${interaction}?api_key=***` }, response: { status: 200 } },
        ],
      },
    })
    expect(await runHere('conform', 'polis', '--har', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 requests, 0 without an answer, 0 unknown to the spec'),
    })
    const [entry] = archive.log.entries
    if (entry) entry.response.content.text = entry.response.content.text.replace('"id":', '"ID":')
    writeFileSync(file, JSON.stringify(archive))
    const strict = await runHere('conform', 'polis', '--har', file, '--strict')
    expect(strict.code).toBe(1)
    expect(strict.stdout).toMatch(/polis getInteraction: answer 200: .*id/)
  })

  test.each([
    ['{', /is not JSON/],
    ['{}', /is not an HTTP Archive: it needs log\.entries$/],
    ['{"log":{"entries":[{}]}}', /#\/log\/entries\/0: is not an entry of an HTTP Archive/],
  ])('is refused in one line where it is none: %s', async (text, message) => {
    const file = join(folderWith({ 'wrong.har': text }), 'wrong.har')
    const { code, stderr } = await runHere('conform', 'polis', '--har', file)
    expect(code).toBe(2)
    expect(stderr.trimEnd()).toMatch(message)
  })
})

test.each(['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit'])(
  '%s answers none of its documented examples with a 500 where its rows come without credentials',
  async (api) => {
    const folder = folderWith({})
    mkdirSync(join(folder, api))
    cpSync(join(root, 'fixtures', api), join(folder, api), {
      recursive: true,
      filter: (file) => !file.includes('credentials') && !file.includes('states'),
    })
    mock = await createUnderstudy({ apis: [api], fixtures: folder, listen: false })
    const [served] = mock.apis
    for (const { headers: sent } of [...Object.values(mock.credentials[api] ?? {}), { headers: {} }]) {
      for (const operation of served?.operations ?? []) {
        const [media] = Object.entries(operation.requestBody?.content ?? {})
        const [example] = Object.values(media?.[1].examples ?? {})
        const answer = await mock.inject({
          method: operation.method as 'GET',
          url: (served?.bases[0] ?? '') + operation.path.replaceAll(/\{\w+\}/g, '1'),
          headers: { ...sent, ...(media && { 'content-type': media[0] }) },
          ...(example !== undefined && { payload: JSON.stringify(example.value) }),
        })
        expect(answer.statusCode, `${operation.id} ${answer.body}`).not.toBe(500)
      }
    }
  },
)
