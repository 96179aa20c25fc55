#!/usr/bin/env node
import { main } from './cli/main.ts'

// Whoever reads only the first lines of an output (`| head`) has seen enough; the command still ends with its own exit code.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
await main(process.argv)
