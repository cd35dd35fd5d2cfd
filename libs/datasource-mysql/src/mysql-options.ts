/** What the reader of cells can choose. */
export interface MysqlOptions {
  /** TINYINT(1), which is what BOOLEAN is there, comes as true and false; as 1 and 0 otherwise. */
  readonly coerceTinyintBool: boolean
}
