import { proveAnAccount } from './account';

for (const line of await proveAnAccount()) console.log(line);
