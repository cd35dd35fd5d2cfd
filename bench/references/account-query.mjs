const POINT = { name: 'point', text: 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid = $1' }
const PAGE = {
  name: 'page',
  text: 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid > $1 ORDER BY aid LIMIT $2',
}

/** The named statement and its values for a request of /api/point?aid= or /api/page?after=&limit=. */
export function accountQuery({ pathname, searchParams }) {
  const number = (name) => Number(searchParams.get(name))
  return pathname === '/api/point'
    ? { ...POINT, values: [number('aid')] }
    : { ...PAGE, values: [number('after'), number('limit')] }
}
