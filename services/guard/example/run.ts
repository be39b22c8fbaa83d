// node scripts/bundle.mjs services/guard/example/run.ts services/guard/dist/example.js && node services/guard/dist/example.js PLAN.json
import { readFileSync } from 'node:fs';
import { checkPlan } from './check-plan';

const [, , file] = process.argv;
if (file === undefined) throw new RangeError('usage: example PLAN.json');
for (const line of checkPlan(readFileSync(file, 'utf8'), Date.now())) console.log(line);
