import { InvalidArgumentError, Option } from 'commander'

/** Options that several commands share. */
export const openapiOption = (): Option =>
  new Option('--openapi <dir>', 'folder of OpenAPI documents instead of the five of the package')
export const fixturesOption = (): Option => new Option('--fixtures <dir>', 'folder of fixtures, one sub-folder per API')

/** Parses a whole number in a range, for commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (text.trim() !== '' && Number.isInteger(number) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}
