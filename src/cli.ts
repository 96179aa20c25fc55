#!/usr/bin/env node
import module from 'node:module'

// Whoever reads only the first lines of an output (`| head`) has seen enough; the command still ends with its own exit code.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
enableCompileCache()
const { main } = await import('./cli/main.ts')
await main(process.argv)

/** Node 22.8 and later keep what they have compiled, so that the next start is a faster one. */
function enableCompileCache(): void {
  const { enableCompileCache: enable } = module as { readonly enableCompileCache?: () => unknown }
  enable?.()
}
