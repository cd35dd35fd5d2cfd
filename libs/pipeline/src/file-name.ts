/** Under which name browsers save a file of an API: the last fixed segment of its path. */
export function fileName(path: string, ending: string): string {
  const name = path.split('/').findLast((segment) => !segment.includes('{'))
  return `${(name ?? 'data').replace(/[^A-Za-z0-9._-]/g, '_')}.${ending}`
}
