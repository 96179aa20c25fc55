#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { conformCommand } from './cli/conform.ts'
import { envCommand } from './cli/env.ts'
import { listCommand } from './cli/list.ts'
import { pactCommand } from './cli/pact.ts'
import { serveCommand } from './cli/serve.ts'
import { UnderstudyError } from './errors.ts'
import { version } from './version.ts'

const USAGE = 2

/** Every command's mistake ends here: one clear line on standard error and the exit code that scripts rely on. */
async function main(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args)
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
    else if (error instanceof UnderstudyError) fail(error.message, error.exitCode)
    else fail(error instanceof Error ? (error.stack ?? error.message) : String(error), USAGE)
  }
}

function program(): Command {
  const command = new Command('understudy')
    .description('A stateful mock of documented APIs, and the tools that prove a server keeps its documented promises.')
    .version(version)
    .showHelpAfterError('(understudy --help shows what there is)')
    .addCommand(serveCommand())
    .addCommand(listCommand())
    .addCommand(envCommand())
    .addCommand(conformCommand())
    .addCommand(pactCommand())
    .addHelpText('after', examples)
  for (const each of allCommands(command)) each.exitOverride()
  return command
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

function fail(message: string, exitCode: number): void {
  process.stderr.write(`understudy: ${message}\n`)
  process.exitCode = exitCode
}

const examples = `
Examples:
  understudy serve                                   all five APIs on http://127.0.0.1:4010
  understudy serve polis --port 0 --seed 7           one API, a free port, other ids
  understudy list --markdown                         operations and their statuses
  understudy conform polis --base-url https://staging.example.com
  understudy pact verify --base-url http://127.0.0.1:4010

Exit codes: 0 as expected, 1 differences found, 2 wrong usage, spec, fixture or target, 3 the target can't be reached.`

await main(process.argv)
