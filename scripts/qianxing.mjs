// npm run qianxing -- check: the command of this checkout, on the data that npm start works with.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectedTo } from './connected.mjs';
import { endChildrenOnSignals, launch } from './processes.mjs';
import { giveUp } from './progress.mjs';
import { root } from './stamps.mjs';

const program = join(root, 'apps/server/dist/qianxing.js');
if (!existsSync(program)) giveUp('尚未构建，请先运行一次 npm start。', 'Nothing is built yet: run npm start once.');
endChildrenOnSignals(() => {}, 0);
const child = launch(process.execPath, [program, ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? root,
  env: connectedTo('http://127.0.0.1:7400'),
  stdio: 'inherit',
});
child.once('exit', (code) => process.exit(code ?? 1));
