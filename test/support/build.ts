import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = [
  'src',
  'scripts',
  'openapi',
  'fixtures',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.client.json',
]

/** Vitest's global setup: commands are tested as users run them, so what they run is built from the sources under test first. */
export function setup(): void {
  if (builtAt() <= Math.max(...sources.map((name) => changedAt(join(root, name)))))
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
}

/** When the last build that came to its end began to write, in milliseconds: `npm ci` builds as well, and once is enough. */
function builtAt(): number {
  if (!existsSync(join(root, 'dist', 'yaml-cache'))) return 0
  return statSync(join(root, 'dist')).birthtimeMs
}

/** When a file or anything in a folder was changed, added, renamed or removed. */
function changedAt(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return Math.max(stat.mtimeMs, stat.ctimeMs)
  return Math.max(stat.mtimeMs, stat.ctimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))))
}
