export { openMysqlInspector } from './open-mysql-inspector.js'
export { openMysql } from './open-mysql.js'
