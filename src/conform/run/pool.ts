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

/** Deals the items out to the workers in turns, so that each gets the same ones in every run. */
export async function eachIn<Worker, Item>(
  workers: readonly Worker[],
  items: readonly Item[],
  task: (worker: Worker, item: Item) => Promise<void>,
): Promise<void> {
  const run = async (worker: Worker, first: number): Promise<void> => {
    for (let index = first; index < items.length; index += workers.length) await task(worker, items[index] as Item)
  }
  await Promise.all(workers.map(run))
}

function* numbered<Item>(items: Iterable<Item>): Generator<readonly [number, Item]> {
  let index = 0
  for (const item of items) yield [index++, item]
}
