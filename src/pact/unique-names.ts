import type { PactFile, PactFileInteraction } from './contract-file.ts'

/**
 * A pact in which no two interactions have the same description: it takes description and states to tell two of them apart, but
 * the verifier's results have the description alone. Namesakes get their states behind it, and a number where these are equal, too.
 */
export function withUniqueNames(pact: PactFile): PactFile {
  const names = pact.interactions.map(({ description }) => description)
  const seen = new Map<string, number>()
  const interactions = pact.interactions.map((interaction) => {
    const { description } = interaction
    const isNamesake = names.filter((name) => name === description).length > 1
    const name = isNamesake ? `${description} (${statesOf(interaction)})` : description
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return { ...interaction, description: count === 1 ? name : `${name} #${count}` }
  })
  return { ...pact, interactions }
}

function statesOf({ providerStates = [] }: PactFileInteraction): string {
  return providerStates.length === 0 ? 'in any state' : `given ${providerStates.map(({ name }) => name).join(' and ')}`
}
