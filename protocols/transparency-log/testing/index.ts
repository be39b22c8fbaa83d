export { openMysqlForTests, openSqliteForTests, type TestLogDatabase } from './databases';
