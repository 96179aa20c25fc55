import { Command } from 'commander'
import { openApis } from '../openapi/fetch-remote.ts'
import type { CheckedPact } from '../pact/check.ts'
import { ownSpecs } from '../paths.ts'
import { documentsArgument, exitCodes, fixturesOption, withDocumentOptions } from './options.ts'
import { print, type ReportOptions, type SourceOptions, write } from './pact-reports.ts'
import { verifyCommand } from './pact-verify.ts'
import { seedsOf } from './seeds-of.ts'

export function pactCommand(): Command {
  return new Command('pact')
    .description(
      "Pact contracts: write them from the specs, verify a server against them, check consumers' pacts against the specs",
    )
    .addCommand(generateCommand())
    .addCommand(verifyCommand())
    .addCommand(checkCommand())
    .addHelpText('after', examples)
}

const examples = `
Examples:
  understudy pact generate --out contracts
  understudy pact verify polis --base-url http://127.0.0.1:4010
  understudy pact check pacts/*.json
${exitCodes}`

function generateCommand(): Command {
  return withDocumentOptions(new Command('generate'))
    .description('write one Pact V4 contract for each API')
    .argument('[api...]', `${documentsArgument}; default: all`)
    .option('--out <dir>', 'folder for <api>.pact.json', 'contracts')
    .addOption(fixturesOption())
    .addHelpText(
      'after',
      `
Examples:
  understudy pact generate
  understudy pact generate polis --out build/contracts
${exitCodes}`,
    )
    .action(generate)
}

function checkCommand(): Command {
  return withDocumentOptions(new Command('check'))
    .description('validate the pact files of consumers against the specs')
    .argument('<file...>', 'pact files of any version')
    .option('--junit <file>', 'write a JUnit report')
    .option('--json <file>', 'write a JSON report')
    .addHelpText(
      'after',
      `
Examples:
  understudy pact check pacts/*.json
  understudy pact check pacts/app-polis.json --junit pact.xml
${exitCodes}`,
    )
    .action(check)
}

async function generate(names: string[], options: SourceOptions & { readonly out: string }): Promise<void> {
  const { generateContracts } = await import('../pact/generate.ts')
  const apis = await openApis(options.openapi ?? ownSpecs, names, options)
  const contracts = await generateContracts(apis, seedsOf(apis, options), options.out)
  for (const contract of contracts) {
    print(`${contract.file}: ${contract.interactions} interactions`)
    for (const { operation, status, reason } of contract.coverage) {
      if (reason !== undefined) print(`    without ${operation} ${status}: ${reason}`)
    }
    for (const { description, reason } of contract.leftOut) print(`    without "${description}": ${reason}`)
  }
}

async function check(files: string[], options: SourceOptions & ReportOptions): Promise<void> {
  const { checkPact } = await import('../pact/check.ts')
  const { junitOf } = await import('../conform/report/junit.ts')
  const report = await import('../pact/report.ts')
  const apis = await openApis(options.openapi ?? ownSpecs, [], options)
  const pacts: CheckedPact[] = []
  for (const file of files) pacts.push(await checkPact(apis, file))
  for (const pact of pacts) {
    for (const line of pact.findings.flatMap((finding) => report.findingLines(pact, finding))) print(line)
    print(report.checkedSummary(pact))
  }
  const differs = pacts.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))
  write(options, { pacts }, () => junitOf(report.checkedSuites(pacts)), differs ? 1 : 0)
}
