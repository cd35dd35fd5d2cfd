/**
 * Node has it from version 21 on. Where it is missing, `pg` makes a Response to find out where it runs, and that loads all of fetch: a
 * twentieth of a second at each start, and megabytes that stay.
 */
if (!('navigator' in globalThis)) {
  const userAgent = `Node.js/${process.versions.node.split('.', 1).join('')}`
  Object.defineProperty(globalThis, 'navigator', { value: Object.freeze({ userAgent }), configurable: true })
}
