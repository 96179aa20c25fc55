import { Command } from 'commander'
import { fixturesFolder } from '../conform/conformance-suite.ts'
import { targetTemplate } from '../conform/target-template.ts'
import { loadSeed } from '../fixtures/load.ts'
import type { Api } from '../openapi/api.ts'
import { openApis } from '../openapi/fetch-remote.ts'
import { ownSpecs } from '../paths.ts'
import { type DocumentOptions, documentsArgument, exitCodes, fixturesOption, withDocumentOptions } from './options.ts'

interface TargetOptions extends DocumentOptions {
  readonly fixtures?: string
}

export function targetCommand(): Command {
  return withDocumentOptions(new Command('target'))
    .description('print a target file to fill in, which describes a real server')
    .argument('<api>', documentsArgument)
    .addOption(fixturesOption())
    .addHelpText(
      'after',
      `
Examples:
  understudy target polis > polis-staging.yaml
  understudy target petstore.yaml > petstore-staging.yaml
${exitCodes}`,
    )
    .action(async (name: string, options: TargetOptions) => {
      const [api] = (await openApis(options.openapi ?? ownSpecs, [name], options)) as [Api]
      process.stdout.write(targetTemplate(api, loadSeed(api, fixturesFolder(api, options.fixtures))))
    })
}
