/** Requests that a server has to bear at once. */
export const WIDTH = 24

/** Runs a task for each item, `width` of them at a time, and keeps the order of the results. */
export async function inParallel<Item, Result>(
  items: Iterable<Item>,
  width: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = numbered(items)
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await task(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}

/** Hands the items out to the workers, each of which takes the next one as soon as it is done with its last. */
export async function eachIn<Worker, Item>(
  workers: readonly Worker[],
  items: Iterable<Item>,
  task: (worker: Worker, item: Item) => Promise<void>,
): Promise<void> {
  const queue = numbered(items)
  const run = async (worker: Worker): Promise<void> => {
    for (const [, item] of queue) await task(worker, item)
  }
  await Promise.all(workers.map(run))
}

function* numbered<Item>(items: Iterable<Item>): Generator<readonly [number, Item]> {
  let index = 0
  for (const item of items) yield [index++, item]
}
