import { Command } from 'commander'
import { openApis } from '../openapi/fetch-remote.ts'
import type { Api } from '../openapi/api.ts'
import { ownSpecs } from '../paths.ts'
import { apiTypes } from '../openapi/api-types.ts'
import { writeFileWhole } from '../output/write-file.ts'
import { type DocumentOptions, exitCodes, withDocumentOptions } from './options.ts'

interface TypesOptions extends DocumentOptions {
  readonly out?: string
}

export function typesCommand(): Command {
  return withDocumentOptions(new Command('types'))
    .description('print TypeScript types of the requests, rows and responses of an API, for rules of your own')
    .argument('<api>', 'name of an API, or path of an OpenAPI document')
    .option('--out <file>', 'write them into this file')
    .addHelpText(
      'after',
      `
Examples:
  understudy types polis
  understudy types petstore.yaml --out rules/petstore.types.ts
${exitCodes}`,
    )
    .action(async (name: string, options: TypesOptions) => {
      const [api] = (await openApis(options.openapi ?? ownSpecs, [name], options)) as [Api]
      const text = apiTypes(api)
      if (options.out === undefined) process.stdout.write(text)
      else writeFileWhole(options.out, text)
    })
}
