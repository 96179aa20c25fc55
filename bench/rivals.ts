import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownCli } from './servers.ts'

/** What else serves a document, installed for the benchmark alone: no dependency of the kit. */
const packages = {
  '@stoplight/prism-cli': '5.16.0',
  '@scalar/mock-server': '0.14.4',
  '@hono/node-server': '1.19.9',
}

/** A mock server, as the command line that serves a document on a port of this machine. */
export interface Rival {
  readonly name: string
  readonly args: (document: string, port: number) => readonly string[]
}

/** This build, and the others in a folder of their own, where they are installed the first time. */
export function rivals(): readonly Rival[] {
  const folder = installed(packages)
  const scalar = join(folder, 'serve-scalar.mjs')
  writeFileSync(scalar, scalarScript)
  const prism = join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js')
  return [
    { name: 'Understudy', args: (document, port) => [ownCli, 'serve', document, '--port', String(port)] },
    { name: 'Prism', args: (document, port) => [prism, 'mock', '-h', '127.0.0.1', '-p', String(port), document] },
    { name: 'Scalar', args: (document, port) => [scalar, document, String(port)] },
  ]
}

const scalarScript = `import { serve } from '@hono/node-server'
import { createMockServer } from '@scalar/mock-server'
const [document, port] = process.argv.slice(2)
const { fetch } = await createMockServer({ document })
serve({ fetch, port: Number(port), hostname: '127.0.0.1' })
`

/** The folder in which these packages are installed, in exactly these versions. */
export function installed(versions: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 12)
  const folder = join(tmpdir(), `understudy-bench-${hash}`)
  if (existsSync(folder)) return folder
  const making = `${folder}-${process.pid}`
  mkdirSync(making)
  writeFileSync(join(making, 'package.json'), JSON.stringify({ private: true, dependencies: versions }))
  console.log(
    `installing ${Object.entries(versions)
      .map((each) => each.join('@'))
      .join(' ')}`,
  )
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'], {
    cwd: making,
    stdio: 'inherit',
  })
  renameSync(making, folder)
  return folder
}
