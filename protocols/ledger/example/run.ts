// node scripts/bundle.mjs protocols/ledger/example/run.ts protocols/ledger/dist/example.js && node protocols/ledger/dist/example.js
import { playCommission } from './commission';

for (const line of await playCommission()) console.log(line);
