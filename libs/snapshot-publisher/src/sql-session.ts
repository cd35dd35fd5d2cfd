import { z } from 'zod'

/** What is needed of a connection or a transaction of the configuration database; TypeORM's EntityManager and DataSource have this shape. */
export interface SqlSession {
  /** Runs one statement and gives its rows. Only statements that begin with SELECT, WITH or INSERT are used here. */
  query(text: string, values?: unknown[]): Promise<unknown>
}

/** A session that can also begin transactions of its own, at READ COMMITTED. */
export interface SqlDatabase extends SqlSession {
  transaction<T>(work: (tx: SqlSession) => Promise<T>): Promise<T>
}

/** Runs a query and checks the form of its rows, so that a changed table is noticed here and not in a gateway. */
export async function rowsOf<Row extends z.ZodType>(
  session: SqlSession,
  row: Row,
  text: string,
  values: unknown[] = [],
): Promise<z.output<Row>[]> {
  return z.array(row).parse(await session.query(text, values))
}
