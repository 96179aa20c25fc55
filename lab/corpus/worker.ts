import { measure } from './measure.ts'

process.on('message', ({ file, conformMs }: { readonly file: string; readonly conformMs?: number }) => {
  void measure(file, conformMs).then(
    (measurement) => process.send?.({ measurement }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
