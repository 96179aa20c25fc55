import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

/** Options of the official Verifier, as far as they can be sent to another process. */
export interface VerifierOptions {
  readonly provider: string
  readonly providerBaseUrl: string
  readonly providerStatesSetupUrl: string
  /** How long it waits for an answer, in milliseconds. Its own default is 5,000. */
  readonly timeout?: number
  readonly pactUrls?: readonly string[]
  readonly pactBrokerUrl?: string
  readonly pactBrokerToken?: string
  readonly consumerVersionSelectors?: readonly Readonly<Record<string, unknown>>[]
  readonly providerVersion?: string
  readonly providerVersionBranch?: string
  readonly publishVerificationResult?: boolean
}

/** What the Verifier says in the end, whether it resolves or rejects. */
export interface VerifierResult {
  readonly result: boolean
  readonly interactionResults: readonly {
    readonly description: string
    readonly result: string
    readonly duration: string
  }[]
  readonly errors: readonly VerifierError[]
  readonly pendingErrors: readonly VerifierError[]
  /** Why the results could not be published, which the Verifier only logs. */
  readonly unpublished?: string
}

export interface VerifierError {
  /** `Verifying a pact between <consumer> and <provider> Given <states> - <description>`. */
  readonly interaction: string
  readonly mismatch: {
    readonly type: string
    readonly message?: string
    readonly mismatches?: readonly VerifierMismatch[]
  }
}

export interface VerifierMismatch {
  readonly type: string
  readonly path?: string
  readonly key?: string
  readonly mismatch: string
}

/**
 * Runs the official Verifier in a process of its own: its native part writes many lines per interaction straight to standard
 * output, which only a process of its own can keep out of ours. Rejects when it could not run.
 */
export function runVerifier(options: VerifierOptions): Promise<VerifierResult> {
  // Its part alone: what consumers need of the package takes longer to load than most contracts to verify.
  const library = createRequire(import.meta.url).resolve('@pact-foundation/pact/src/dsl/verifier/verifier.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', script, library], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, PACT_DO_NOT_TRACK: 'true' },
    })
    const said: string[] = []
    let answer: string | undefined
    child.stdout?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    child.on('message', (message) => {
      answer = String(message)
    })
    child.on('error', reject)
    child.on('close', () => {
      const result = answer === undefined ? undefined : parse(answer)
      const [, unpublished] = /Publishing of verification results failed with an error: (.*)/.exec(said.join('')) ?? []
      if (result) resolve(unpublished === undefined ? result : { ...result, unpublished })
      else reject(new Error(`the Pact verifier could not run: ${answer ?? said.join('').trim().slice(-2000)}`))
    })
    child.send(options)
  })
}

function parse(text: string): VerifierResult | undefined {
  try {
    return JSON.parse(text) as VerifierResult
  } catch {
    return undefined
  }
}

/**
 * The Verifier's proxy parses JSON and forms: JSON it writes anew, forms it would send as JSON, and the old length stays.
 * It also would take our relay on this machine through a proxy of the environment.
 */
const script = `
const { Verifier } = require(process.argv[1])
for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) {
  if (process.env[name] === undefined) continue
  process.env[name.toLowerCase()] ??= process.env[name]
  delete process.env[name]
}
process.env.no_proxy = [process.env.no_proxy, '127.0.0.1'].filter(Boolean).join(',')
const requestFilter = (request, response, next) => {
  if (request.body && !Buffer.isBuffer(request.body) && typeof request.body === 'object' && request.headers['content-length']) {
    const isForm = /^application\\/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')
    request.body = Buffer.from(isForm ? new URLSearchParams(request.body).toString() : JSON.stringify(request.body))
    request.headers['content-length'] = String(request.body.length)
  }
  next()
}
process.once('message', async (options) => {
  const answer = await new Verifier({ logLevel: 'error', ...options, requestFilter }).verifyProvider().catch((error) => error.message)
  process.send(String(answer), () => process.disconnect())
})
`
