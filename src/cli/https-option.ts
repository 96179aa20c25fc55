import { UnderstudyError } from '../errors.ts'
import type { CertificateFiles } from '../mock/server/certificate.ts'

export interface HttpsOptions {
  readonly https?: boolean | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** The certificate to serve by, as `--https`, `--cert` and `--key` say; `undefined` for HTTP. Throws USAGE. */
export async function certificateOf({ https, cert, key }: HttpsOptions): Promise<CertificateFiles | undefined> {
  if (cert !== undefined && key !== undefined) return { cert, key }
  if (cert !== undefined) throw new UnderstudyError('USAGE', 'also needs its private key (--key)', '--cert')
  if (key !== undefined) throw new UnderstudyError('USAGE', 'also needs its certificate (--cert)', '--key')
  if (https !== true) return undefined
  const { ownCertificate } = await import('../mock/server/certificate.ts')
  return ownCertificate()
}

/** How clients can tell that it is this mock that they talk to. */
export async function trustHint({ cert, key }: CertificateFiles): Promise<string> {
  const { readCertificate } = await import('../mock/server/certificate.ts')
  const { fingerprint } = readCertificate({ cert, key })
  return [
    `  Certificate    ${cert}`,
    `  SHA-256        ${fingerprint}`,
    `  Trust it by    NODE_EXTRA_CA_CERTS=${cert}, curl --cacert ${cert}, understudy … --ca ${cert}, or your browser's settings`,
    '',
  ].join('\n')
}
