import { writeFileSync } from 'node:fs';
import { openApiDocument } from '@qianxing/http';
import { allContracts } from './contracts';

/** Writes the OpenAPI document to the path given as first argument; run by `scripts/openapi.mjs`. */
const [, , path] = process.argv;
if (path === undefined) throw new RangeError('usage: openapi PATH');
writeFileSync(path, `${JSON.stringify(openApiDocument(allContracts, { title: 'Qianxing', version: '1' }), null, 2)}\n`);
