import type { FastifyInstance } from 'fastify';
import type { World } from '../world';
import { registerAuthenticator } from './authenticator';
import { registerBankDesk } from './bank';
import { registerCarrierDesk } from './carrier';
import { registerCashier } from './cashier';
import { registerDesks } from './desks';
import { registerPhones } from './phones';
import { SCRIPT } from './script';
import { registerShopDesk } from './shop';
import { STYLE } from './style';

/** All pages of the outside world. */
export function registerPages(app: FastifyInstance, world: World): void {
  app.get('/assets/page.css', async (_request, reply) => reply.header('content-type', 'text/css; charset=utf-8').send(STYLE));
  app.get('/assets/page.js', async (_request, reply) => reply.header('content-type', 'text/javascript; charset=utf-8').send(SCRIPT));
  registerDesks(app, world);
  registerBankDesk(app, world);
  registerCarrierDesk(app, world);
  registerShopDesk(app, world);
  registerPhones(app, world);
  registerCashier(app, world);
  registerAuthenticator(app, world);
}
