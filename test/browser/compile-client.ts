import { execFileSync } from 'node:child_process'

/** Pages load the scripts that a build has compiled; a test wants those of the present sources. */
export default function compileClient(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.client.json'], {
    stdio: 'inherit',
  })
}
