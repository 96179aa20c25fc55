/** A process of its own for `run.ts`: takes jobs one at a time and sends back their results. */
import { createWorkbench, type Job } from './job.ts'

const bench = createWorkbench()

process.on('message', (job: Job) => {
  void bench.run(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.on('disconnect', () => process.exit())
