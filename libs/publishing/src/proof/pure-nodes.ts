/**
 * Nodes of the parser's tree that only compute and read. https://github.com/pganalyze/libpg_query names them all; whatever writes, locks,
 * sets or defines something is not here.
 */
export const PURE_NODES: ReadonlySet<string> = new Set(
  `
A_ArrayExpr A_Const A_Expr A_Indices A_Indirection A_Star Alias BitString Boolean BoolExpr BooleanTest CTECycleClause
CTESearchClause CaseExpr CaseWhen CoalesceExpr CollateClause ColumnRef CommonTableExpr Float FuncCall GroupingFunc
GroupingSet Integer JoinExpr JsonAggConstructor JsonArgument JsonArrayAgg JsonArrayConstructor JsonArrayQueryConstructor
JsonBehavior JsonFormat JsonFuncExpr JsonIsPredicate JsonKeyValue JsonObjectAgg JsonObjectConstructor JsonOutput
JsonParseExpr JsonReturning JsonScalarExpr JsonSerializeExpr JsonTable JsonTableColumn JsonTablePathSpec JsonValueExpr
List MinMaxExpr NamedArgExpr NullTest ParamRef RangeFunction RangeSubselect RangeTableFunc RangeTableFuncCol
RangeTableSample RangeVar ResTarget RowExpr SQLValueFunction SelectStmt SortBy String SubLink TypeCast TypeName WindowDef
WithClause XmlExpr XmlSerialize
`
    .trim()
    .split(/\s+/),
)
