import { execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const tsc = join(root, 'node_modules', '.bin', 'tsc')

let folder: string

/**
 * Packs the package and puts it into an empty folder as `npm install understudy` would: its files, its commands, and what it
 * says that it depends on, and nothing else. The packages themselves are those of this clone, as `npm ci` has installed them.
 */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-package-'))
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder],
    { cwd: root },
  )
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string }]
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "version": "1.0.0", "type": "module" }')
  const modules = join(folder, 'node_modules')
  const installed = join(modules, 'understudy')
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', join(folder, packed.filename), '-C', installed, '--strip-components=1'])
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest
  for (const name of Object.keys(manifest.dependencies)) linkTo(join(root, 'node_modules', name), join(modules, name))
  for (const [name, file] of Object.entries(manifest.bin)) {
    chmodSync(join(installed, file), 0o755)
    linkTo(join(installed, file), join(modules, '.bin', name))
  }
}, 120_000)

interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

function linkTo(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

describe('the packed package, installed into an empty folder', () => {
  test('serves with npx', async () => {
    const child = spawn('npx', ['understudy', 'serve', 'polis', '--port', '0'], { cwd: folder, detached: true })
    const url = await new Promise<string>((resolve, reject) => {
      let printed = ''
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        const found = /ready at (\S+)/.exec(printed)?.[1]
        if (found !== undefined) resolve(found)
      })
      child.once('close', () => reject(new Error(`it ended: ${printed}`)))
    })
    const answer = await fetch(`${url}/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7`, {
      headers: { authorization: 'Bearer polis-user-a' },
    })
    expect(answer.status).toBe(200)
    const docs = await fetch(`${url}/docs`)
    expect(docs.status).toBe(200)
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  }, 30_000)

  test('is a library with types', async () => {
    writeFileSync(
      join(folder, 'use.ts'),
      `import { createUnderstudy, type Understudy } from 'understudy'
const mock: Understudy = await createUnderstudy({ apis: ['digitalchalk'], listen: false })
const answer = await mock.inject({ method: 'GET', url: '/dc/api/v5/registrations/65ade781cc98d136543678191005431a' })
console.log(answer.statusCode)
await mock.close()
`,
    )
    const compiler = {
      strict: true,
      target: 'es2023',
      module: 'nodenext',
      skipLibCheck: false,
      types: [],
      outDir: 'out',
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compiler, skipLibCheck: true }, files: ['use.ts'] }),
    )
    await run(tsc, ['-p', folder])
    expect((await run(process.execPath, [join(folder, 'out', 'use.js')])).stdout).toBe('200\n')
  }, 60_000)

  test('brings specs, fixtures and contracts, and no tests or sources', () => {
    const installed = join(folder, 'node_modules', 'understudy')
    for (const name of ['openapi/polis.yaml', 'fixtures/polis/interactions.json', 'dist/index.d.ts', 'README.md'])
      expect(existsSync(join(installed, name))).toBe(true)
    for (const name of ['test', 'src', 'bench']) expect(existsSync(join(installed, name))).toBe(false)
    expect(readFileSync(join(installed, 'dist', 'cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })
})

test('what npm installs beside it runs on the Node that it asks for, and nothing is run, so that there is nothing to warn of', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; inBundle?: boolean; engines?: { node?: string } }>
  }
  const tooNew = Object.entries(packages).filter(
    // What is in the package itself is not looked at.
    ([, { dev, inBundle, engines }]) => !dev && !inBundle && /^>=? ?2[1-9]/.test(engines?.node ?? ''),
  )
  expect(tooNew.map(([path]) => path)).toEqual([])
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toHaveProperty(name)
})
