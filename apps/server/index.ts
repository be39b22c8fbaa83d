/** The program as a value, for whole-system tests in one process. It runs as the `qianxing` command, see `main.ts`. */
export { runChecks } from './commands/check';
export { allContracts } from './contracts';
export { loadBasics } from './demo/load';
export { buildProgram, type Program, serveProgram } from './runtime/program';
