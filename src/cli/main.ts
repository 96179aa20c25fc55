import { Command, CommanderError } from 'commander'
import { UnderstudyError } from '../errors.ts'
import { version } from '../version.ts'

const USAGE = 2

/** Runs a command; every mistake ends here: one clear line on standard error and the exit code that scripts rely on. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const command = await program(args)
    await command.parseAsync(args)
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
    else if (error instanceof UnderstudyError) fail(error.message, error.exitCode)
    else fail(error instanceof Error ? (error.stack ?? error.message) : String(error), USAGE)
  }
}

interface Entry {
  readonly about: string
  readonly load: () => Promise<Command>
}

/** What each command imports is loaded only for the one that runs: a mock should not wait for the Pact verifier. */
const commands: Readonly<Record<string, Entry>> = {
  serve: {
    about: 'start the mock server for all APIs or for some',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  list: {
    about: 'list operations, their handlers and their statuses',
    load: async () => (await import('./list.ts')).listCommand(),
  },
  types: {
    about: 'print TypeScript types of an API, for rules of your own',
    load: async () => (await import('./types.ts')).typesCommand(),
  },
  env: {
    about: 'print base URLs and seeded credentials as environment variables',
    load: async () => (await import('./env.ts')).envCommand(),
  },
  conform: {
    about: 'run the conformance suite against a server',
    load: async () => (await import('./conform.ts')).conformCommand(),
  },
  target: {
    about: 'print a target file to fill in, which describes a real server',
    load: async () => (await import('./target.ts')).targetCommand(),
  },
  prove: {
    about: 'add defects derived from a document, and report which of them the suite finds',
    load: async () => (await import('./prove.ts')).proveCommand(),
  },
  pact: {
    about: 'write contracts, verify a server against them, check the pacts of consumers',
    load: async () => (await import('./pact.ts')).pactCommand(),
  },
  proxy: {
    about: 'pass requests on to a real server and validate both ways against the spec',
    load: async () => (await import('./proxy.ts')).proxyCommand(),
  },
  coverage: {
    about: 'show which parts of the specs a running mock has seen',
    load: async () => (await import('./coverage.ts')).coverageCommand(),
  },
}

async function program(args: readonly string[]): Promise<Command> {
  const command = new Command('understudy')
    .description(
      'A stateful mock server for OpenAPI documents, and tools that check a real server against the same documents.',
    )
    .version(version)
    .showHelpAfterError('(see understudy --help)')
    .addHelpText('after', examples)
  for (const [name, { about, load }] of Object.entries(commands)) {
    const wanted = args.slice(2, 4).includes(name)
    command.addCommand(wanted ? await load() : new Command(name).description(about))
  }
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
  understudy proxy polis --upstream https://staging.example.com
  understudy coverage --base-url http://127.0.0.1:4010 --min 80

Exit codes: 0 as expected, 1 differences found, 2 wrong usage, spec, fixture or target, 3 the target can't be reached.`
