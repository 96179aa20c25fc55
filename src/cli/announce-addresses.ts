import { networkInterfaces } from 'node:os'
import { isLoopbackName } from '../mock/server/access.ts'

/**
 * A server beyond loopback says on standard error where everybody can reach it, and warns once: whoever reaches it can steer it.
 */
export function announceAddresses(url: string, host: string | undefined): void {
  const text = addressesText(url, host)
  if (text !== '') process.stderr.write(text)
}

/** `''` for a server that only this machine reaches. */
function addressesText(url: string, host = '127.0.0.1'): string {
  if (isLoopbackName(host.toLowerCase())) return ''
  const { protocol, port } = new URL(url)
  const urls = addressesOf(host).map(
    (address) => `  ${protocol}//${address.includes(':') ? `[${address}]` : address}:${port}\n`,
  )
  return `understudy: warning: anyone who can reach these addresses can use the mock and its control plane:\n${urls.join('')}`
}

/** Every address of this machine for one that stands for all, else the host itself. */
function addressesOf(host: string): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each = []) => each)
  if (host !== '0.0.0.0' && host !== '::') return [host]
  return all.filter(({ family }) => host === '::' || family === 'IPv4').map(({ address }) => address)
}
