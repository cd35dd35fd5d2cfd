import { staleDocuments } from '../generate-docs.mjs'

/** Generated documents say what the code says. */
export async function documents(root) {
  const { stale, count } = await staleDocuments(root)
  return { read: `${count} documents`, faults: stale.map((file) => `${file} is stale: npm run docs`) }
}
