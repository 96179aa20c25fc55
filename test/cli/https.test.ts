import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:http2'
import { get } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { ownCertificate } from '../../src/mock/server/certificate.ts'
import { killAll, run, runHere, type Running, started } from '../support/cli.ts'
import { folderWith, keeper, petsFolders } from '../support/pets.ts'

const { XDG_CACHE_HOME } = process.env
const cache = folderWith({})
const certFile = join(cache, 'understudy', 'localhost-cert.pem')
const keyFile = join(cache, 'understudy', 'localhost-key.pem')

let serve: Running
beforeAll(async () => {
  process.env['XDG_CACHE_HOME'] = cache
  serve = await started('serve', 'digitalchalk', '--port', '0', '--https')
})
afterAll(() => {
  killAll()
  if (XDG_CACHE_HOME === undefined) delete process.env['XDG_CACHE_HOME']
  else process.env['XDG_CACHE_HOME'] = XDG_CACHE_HOME
})

/** The status of a GET by HTTP/1.1, trusting the certificate only. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca: readFileSync(certFile) }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    }).on('error', reject)
  })
}

describe('serve --https', () => {
  test('makes a certificate for this machine, keeps it and its key to itself, and says how to trust it', async () => {
    expect(serve.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await statusOf(`${serve.url}/__mock/health`)).toBe(200)
    expect(await statusOf(`${serve.url.replace('127.0.0.1', 'localhost')}/__mock/health`)).toBe(200)
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    const kept = readFileSync(certFile, 'utf8')
    await ownCertificate(join(cache, 'understudy'))
    expect(readFileSync(certFile, 'utf8')).toBe(kept)
  })

  test('is trusted by the other commands with --ca or --insecure, and by none without', async () => {
    const coverage = ['coverage', '--base-url', serve.url]
    expect((await runHere(...coverage, '--ca', certFile)).code).toBe(0)
    expect((await runHere(...coverage, '--insecure')).code).toBe(0)
    const untrusted = await runHere(...coverage)
    expect(untrusted).toMatchObject({ code: 3, stderr: expect.stringMatching(/can't be reached \(.*CERT/) })
    const verify = await run('pact', 'verify', 'digitalchalk', '--base-url', serve.url, '--ca', certFile)
    expect(verify).toMatchObject({ code: 0, stderr: '' })
    const proxy = await started('proxy', 'digitalchalk', '--port', '0', '--upstream', serve.url, '--insecure')
    const answer = await fetch(`${proxy.url}/dc/api/v5/registrations/none`)
    expect(answer.status).not.toBe(502)
    await proxy.end()
  })

  test('tells how it is trusted when it starts', async () => {
    const { stdout } = await serve.end()
    expect(stdout).toMatch(/SHA-256 +(?:[0-9A-F]{2}:){31}[0-9A-F]{2}\n/)
    expect(stdout).toContain(`NODE_EXTRA_CA_CERTS=${certFile}`)
  })
})

describe('a mock by HTTPS', () => {
  let mock: Understudy
  beforeAll(async () => {
    mock = await createUnderstudy({ ...petsFolders(), https: { cert: certFile, key: keyFile } })
  })
  afterAll(() => mock.close())

  /** An exchange by HTTP/2. */
  async function exchange(headers: Record<string, string>): Promise<{ status: unknown; body: string }> {
    const client = connect(mock.url, { ca: readFileSync(certFile) })
    const stream = client.request({ ...keeper, ...headers })
    const status = new Promise((resolve) => stream.on('response', (sent) => resolve(sent[':status'])))
    let body = ''
    for await (const chunk of stream) body += String(chunk)
    client.close()
    return { status: await status, body }
  }

  test('answers and refuses by HTTP/2 as it does by HTTP/1.1', async () => {
    const read = await exchange({ ':path': '/pets' })
    expect(read.status).toBe(200)
    expect(JSON.parse(read.body)).toMatchObject({ total: 3 })
    expect((await exchange({ ':path': '/none' })).status).toBe(404)
    expect((await exchange({ ':path': '/pets', ':authority': 'rebound.evil.example' })).status).toBe(403)
    expect(mock.requests()).toMatchObject([{ operationId: 'listPets' }, { status: 404 }])
  })
})

describe('a certificate that cannot be used', () => {
  const other = join(folderWith({}), 'other')

  test.each([
    [['--cert', 'CERT'], /^--cert: also needs its private key \(--key\)$/],
    [
      ['--cert', 'CERT', '--key', 'OTHER'],
      /^--cert: .*localhost-cert\.pem does not belong to the key .*localhost-key\.pem$/,
    ],
    [['--cert', 'KEY', '--key', 'KEY'], /^--cert: .* holds no certificate in PEM$/],
    [['--cert', 'CERT', '--key', 'EMPTY'], /^--key: .* holds no private key in PEM without a passphrase$/],
    [['--cert', 'CERT', '--key', 'NONE'], /^--key: .* cannot be read \(ENOENT\)$/],
  ] as const)('ends the start with one line: %j', async (flags, message) => {
    const files: Record<string, string> = {
      CERT: certFile,
      KEY: keyFile,
      OTHER: (await ownCertificate(other)).key,
      EMPTY: join(other, 'empty.pem'),
      NONE: join(other, 'none.pem'),
    }
    writeFileSync(join(other, 'empty.pem'), '')
    const { code, stderr } = await runHere('serve', 'polis', '--port', '0', ...flags.map((flag) => files[flag] ?? flag))
    expect(code).toBe(2)
    expect(stderr.replace(/^understudy: /, '').trimEnd()).toMatch(message)
  })
})
