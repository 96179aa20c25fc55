import { measure } from './measure.ts'

process.on('message', ({ file, withConform }: { readonly file: string; readonly withConform: boolean }) => {
  void measure(file, withConform).then(
    (measurement) => process.send?.({ measurement }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
