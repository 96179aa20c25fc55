/** Requests that a server has to bear at once. */
export const WIDTH = 24

/** Runs a task for each item, `width` of them at a time, and keeps the order of the results. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
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

/** Hands the items out to the workers, each of which takes the next one as soon as it is done with its last. */
export async function eachIn<Worker, Item>(
  workers: readonly Worker[],
  items: readonly Item[],
  task: (worker: Worker, item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const run = async (worker: Worker): Promise<void> => {
    for (const item of queue) await task(worker, item)
  }
  await Promise.all(workers.map(run))
}
