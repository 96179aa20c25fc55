import { afterAll, afterEach, expect } from 'vitest'
import type { Understudy } from '../../src/index.ts'

/** For all tests of a file: what one of them wrote is gone before the next, and no answer of the mock broke its specification. */
export function setBackAfterEachTest(mock: Pick<Understudy, 'close' | 'reset' | 'violations'>): void {
  afterEach(() => {
    const violations = mock.violations()
    mock.reset()
    expect(violations).toEqual([])
  })
  afterAll(() => mock.close())
}
