import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median, print } from './compare.ts'
import { ownCli, type Server, startMockOfAll } from './servers.ts'

const run = promisify(execFile)
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const apis = ['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit']
const ROUNDS = 3

interface Round {
  readonly cases: number
  readonly requests: number
  readonly seconds: number
  readonly bareSeconds: number
}

/**
 * The suite as users start it, start included, against a mock of all five, beside a bare loop of as many requests. `against`: the
 * folder of an earlier build, which runs the same in turns, each before a mock of its own.
 */
export async function conformance(against?: string): Promise<void> {
  if (against !== undefined) await beside(join(against, 'dist/cli.js'))
  const mock = await startMockOfAll()
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { cases, requests, seconds } = await conform(mock)
    rounds.push({ cases, requests, seconds, bareSeconds: await bareLoop(mock, requests) })
  }
  await mock.stop()
  const [{ cases, requests } = { cases: 0, requests: 0 }] = rounds
  const of = (figure: (round: Round) => number): number => median(rounds.map(figure))
  const [seconds, ratio, rate] = [
    of((round) => round.seconds),
    of((round) => round.bareSeconds / round.seconds),
    of((round) => round.cases / round.seconds),
  ]
  const rates = `${(requests / seconds).toFixed(0)} : ${(requests / of(({ bareSeconds }) => bareSeconds)).toFixed(0)}`
  print('conformance : bare loop with Ajv', `${rates} requests/s`, ratio, '>= 0.5', ratio >= 0.5)
  print('conformance, cases a second', `${cases} cases, ${requests} requests`, rate, '>= 1500', rate >= 1500)
  print('conformance, all five in seconds', `${apis.length} APIs`, seconds, '<= 20', seconds <= 20)
}

async function beside(earlierCli: string): Promise<void> {
  const [own, earlier] = [await startMockOfAll(), await startMockOfAll(earlierCli)]
  const rates: { own: number; earlier: number }[] = []
  const rate = async (server: Server, cli: string): Promise<number> => {
    const { cases, seconds } = await conform(server, cli)
    return cases / seconds
  }
  for (let round = 0; round < ROUNDS; round++)
    rates.push({ own: await rate(own, ownCli), earlier: await rate(earlier, earlierCli) })
  await own.stop()
  await earlier.stop()
  const of = (figure: (each: (typeof rates)[number]) => number): number => median(rates.map(figure))
  const ratio = of((each) => each.own / each.earlier)
  const figures = `${of((each) => each.own).toFixed(0)} : ${of((each) => each.earlier).toFixed(0)} cases/s`
  print('conformance : the earlier build', figures, ratio, '>= 3', ratio >= 3)
}

async function conform({ url }: Server, cli = ownCli): Promise<Omit<Round, 'bareSeconds'>> {
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-bench-')), 'report.json')
  const begun = performance.now()
  await run(process.execPath, [cli, 'conform', ...apis, '--base-url', url, '--json', file])
  const seconds = (performance.now() - begun) / 1000
  const { totals } = JSON.parse(readFileSync(file, 'utf8')) as { totals: { cases: number; requests: number } }
  return { ...totals, seconds }
}

async function bareLoop({ url }: Server, requests: number): Promise<number> {
  const begun = performance.now()
  await run(process.execPath, [path('bare-loop.js'), url, String(requests)])
  return (performance.now() - begun) / 1000
}
