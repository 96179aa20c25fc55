/** A number as digits and a power of ten: 19.99 is 1999 and -2. */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/**
 * Whether a number is a multiple of another one as both are written: 19.99 is one of 0.01, which dividing doubles denies. Of
 * powers too far apart to be written out, the quotient of the doubles tells.
 */
export function isMultipleOf(value: number, divisor: number): boolean {
  const quotient = value / divisor
  if (!Number.isFinite(value) || divisor === 0) return false
  const [a, b] = [decimalOf(value), decimalOf(divisor)]
  const shift = a.exponent - b.exponent
  if (Math.abs(shift) > MAX_SHIFT) return Number.isInteger(quotient)
  const dividend = shift > 0 ? a.digits * 10n ** BigInt(shift) : a.digits
  const by = shift < 0 ? b.digits * 10n ** BigInt(-shift) : b.digits
  return dividend % by === 0n
}

const MAX_SHIFT = 700

function decimalOf(value: number): Decimal {
  const [mantissa = '0', power = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}
