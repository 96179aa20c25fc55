import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import type { TryData } from '../../src/docs/client/try-data.ts'

const hasCurl = spawnSync('bash', ['-c', 'curl --version']).status === 0

let mock: Understudy
/** Where a reader has the files that the commands upload. */
const folder = mkdtempSync(join(tmpdir(), 'understudy-commands-'))

beforeAll(async () => {
  mock = await createUnderstudy()
  const uploads = await text('/docs/regit/operations/uploadDocuments')
  for (const [, name = ''] of uploads.matchAll(/=@([\w .-]+)/g)) writeFileSync(join(folder, name), 'a file')
})
afterAll(async () => {
  await mock.close()
  rmSync(folder, { recursive: true })
})

const text = async (path: string): Promise<string> => (await fetch(`${mock.url}${path}`)).text()

/** Commands as a reader copies them from a page. */
function commandsOf(html: string): string[] {
  return [...html.matchAll(/<code>(curl -i [^<]*)<\/code>/g)].map(([, command = '']) => unescaped(command))
}

function unescaped(html: string): string {
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
  return html.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
}

/** The status that a command gets from the mock. */
async function run(command: string): Promise<number> {
  const { stdout } = await promisify(execFile)('bash', ['-c', `${command} --silent --show-error`], { cwd: folder })
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(stdout)?.[1])
}

describe.skipIf(!hasCurl)('a command that was copied', () => {
  test.each(['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit'])(
    'works from the first page, for %s',
    async (api) => {
      const [card = ''] = (await text('/docs')).split(`<h2 id="${api}">`).slice(1)
      const [command = ''] = commandsOf(card)
      const [, promised] = /responds with (\d{3})/.exec(card) ?? []
      mock.reset()
      expect(await run(command)).toBe(Number(promised))
      expect(Number(promised)).toBeLessThan(300)
    },
  )

  test('works from the page of the control plane, or finds nothing where nothing was made before', async () => {
    mock.reset()
    const refused = []
    for (const command of commandsOf(await text('/docs/control-plane'))) {
      const status = await run(command)
      if (status >= 300) refused.push(`${status} ${/__mock[^']*/.exec(command)?.[0]}`)
    }
    expect(refused).toEqual([
      '404 __mock/snapshots/before',
      '404 __mock/snapshots/before/restore',
      '404 __mock/faults/fault-1',
      '404 __mock/overrides/override-1',
    ])
  })

  test.each(['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit'])(
    'works from the page of %s, for every operation',
    async (api) => {
      const { operations } = JSON.parse(await text(`/docs/${api}/try.json`)) as TryData
      const commands = commandsOf(await text(`/docs/${api}`))
      const promised = Object.values(operations).map(
        ({ scenarios, first }) => scenarios.find(({ name }) => name === first)?.status,
      )
      const statuses = []
      for (const command of commands) {
        mock.reset()
        statuses.push(await run(command))
      }
      expect(statuses).toEqual(promised)
    },
  )
})
