import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { SelfsignedOptions } from 'selfsigned'
import { UnderstudyError } from '../../errors.ts'
import { machineNow } from '../../store/clock.ts'
import { createFolder, writeFileWhole } from '../../output/write-file.ts'

/** What a TLS server shows and proves itself by. */
export interface Certificate {
  /** PEM, with the chain behind it where there is one. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string
}

/** PEM files of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

const DAY_MS = 24 * 60 * 60 * 1000
const LIFETIME_DAYS = 365
/** One that ends so soon is made anew, so that it does not end in the middle of a working day. */
const RENEWAL_DAYS = 7

/** The certificate in these files. Throws USAGE where they can't be read, or do not belong together. */
export function readCertificate({ cert: certFile, key: keyFile }: CertificateFiles): Certificate {
  const cert = textOf(certFile, '--cert')
  const key = textOf(keyFile, '--key')
  const x509 = parsed(() => new X509Certificate(cert), `${certFile} holds no certificate in PEM`, '--cert')
  const privateKey = parsed(
    () => createPrivateKey(key),
    `${keyFile} holds no private key in PEM without a passphrase`,
    '--key',
  )
  if (!x509.checkPrivateKey(privateKey)) throw usage(`${certFile} does not belong to the key ${keyFile}`, '--cert')
  return { cert, key, fingerprint: x509.fingerprint256 }
}

/**
 * A certificate for this machine's own names, signed by itself: the one in the user's cache folder while it lasts, else a new one.
 * Throws USAGE where it can't be kept.
 */
export async function ownCertificate(folder = cacheFolder()): Promise<CertificateFiles> {
  const files = { cert: join(folder, 'localhost-cert.pem'), key: join(folder, 'localhost-key.pem') }
  if (isGood(files)) return files
  const { generate } = await import('selfsigned')
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(machineNow() - DAY_MS),
    notAfterDate: new Date(machineNow() + LIFETIME_DAYS * DAY_MS),
    extensions,
  })
  createFolder(folder)
  writeFileWhole(files.key, '')
  // Nobody else may read the key, not even while it is written.
  chmodSync(files.key, 0o600)
  writeFileWhole(files.key, made.private)
  writeFileWhole(files.cert, made.cert)
  return files
}

const extensions = [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'keyUsage', digitalSignature: true, critical: true },
  { name: 'extKeyUsage', serverAuth: true },
  {
    name: 'subjectAltName',
    altNames: [
      { type: 2, value: 'localhost' },
      { type: 7, ip: '127.0.0.1' },
      { type: 7, ip: '::1' },
    ],
  },
] satisfies SelfsignedOptions['extensions']

function isGood(files: CertificateFiles): boolean {
  try {
    const endsMs = Date.parse(new X509Certificate(readCertificate(files).cert).validTo)
    return endsMs - machineNow() > RENEWAL_DAYS * DAY_MS
  } catch {
    return false
  }
}

/** Where a program keeps what it can make again: https://specifications.freedesktop.org/basedir-spec, and its like elsewhere. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'understudy')
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'understudy', 'cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'understudy')
  return join(homedir(), '.cache', 'understudy')
}

function textOf(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw usage(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, flag)
  }
}

function parsed<T extends X509Certificate | KeyObject>(parse: () => T, problem: string, flag: string): T {
  try {
    return parse()
  } catch {
    throw usage(problem, flag)
  }
}

function usage(message: string, flag: string): UnderstudyError {
  return new UnderstudyError('USAGE', message, flag)
}
