import { createHash } from 'node:crypto'

/** Ids that look random and come back in the same order on every start. */
export interface Ids {
  /** 32 hexadecimal digits. */
  hex(): string
  uuid(): string
}

export function createIds(salt: string): Ids {
  let count = 0
  const hex = (): string => {
    count += 1
    return createHash('sha256').update(`${salt} ${count}`).digest('hex').slice(0, 32)
  }
  return {
    hex,
    uuid: () =>
      hex().replace(
        /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/,
        (_, a: string, b: string, c: string, d: string, e: string) => `${a}-${b}-4${c}-b${d}-${e}`,
      ),
  }
}
