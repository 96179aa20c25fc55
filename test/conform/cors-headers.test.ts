import { expect, test } from 'vitest'
import { createUnderstudy } from '../../src/index.ts'
import { alteringServer } from '../pact/altering-server.ts'
import { run } from '../support/cli.ts'

test('a server that lets every page read its answers is not blamed for it', async () => {
  const mock = await createUnderstudy({ apis: ['digitalchalk'] })
  const open = await alteringServer(mock.url, ({ headers }) => {
    headers['access-control-allow-origin'] = '*'
    headers['access-control-expose-headers'] = 'location'
    headers['vary'] = 'Origin'
  })
  const { code, stdout } = await run('conform', 'digitalchalk', '--base-url', open.url, '--safe')
  await open.close()
  await mock.close()
  expect(stdout).toMatch(/0 failures, 0 assumptions not shared/)
  expect(code).toBe(0)
})
