import { afterEach, expect, test } from 'vitest'
import { killAll, started } from '../support/cli.ts'
import { petsFolders } from '../support/pets.ts'
import { rawExchange } from '../support/raw-http.ts'

const { openapi } = petsFolders()

afterEach(killAll)

test.each([
  ['serve', 'pets'],
  ['proxy', 'pets', '--upstream', 'http://127.0.0.1:9'],
])('%s beyond loopback names its addresses and warns once', async (...command) => {
  const server = await started(...command, '--openapi', openapi, '--port', '0', '--host', '0.0.0.0')
  const { stderr } = await server.end()
  expect(stderr).toMatch(/^understudy: warning: anyone who can reach these addresses can use the mock/)
  expect(stderr).toContain(`\n  http://127.0.0.1:${new URL(server.url).port}\n`)
  expect(stderr.match(/warning/g)).toHaveLength(1)
})

test('serve on loopback warns of nothing', async () => {
  const server = await started('serve', 'pets', '--openapi', openapi, '--port', '0')
  expect((await server.end()).stderr).toBe('')
})

test('serve takes several names of hosts, apart or with commas', async () => {
  const names = ['--allow-host', 'one.example', 'two.example,three.example', '--allow-host', 'four.example']
  const server = await started('serve', 'pets', '--openapi', openapi, '--port', '0', ...names)

  const ask = (host: string) => rawExchange(server.url, `GET /__mock/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  for (const name of ['one', 'two', 'three', 'four']) expect(await ask(`${name}.example`)).toMatch(/^HTTP\/1.1 200 /)
  expect(await ask('five.example')).toMatch(/^HTTP\/1.1 403 /)
  await server.end()
})
