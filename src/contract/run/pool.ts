/** Runs a task for each item, `width` of them at a time, and keeps the order of the results. */
export async function inParallel<Item, Result>(items: readonly Item[], width: number, task: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await task(items[index] as Item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}
