import type { FastifyInstance } from 'fastify';
import { DEMO_TOTP_SECRET, totp } from '../authenticator/totp';
import type { World } from '../world';
import { html } from './html';
import { both, sendDesk } from './layout';

/** The authenticator on the demonstration staff's phones: it follows the virtual clock, which a real one cannot. */
export function registerAuthenticator(app: FastifyInstance, world: World): void {
  app.get('/sandbox/authenticator', async () => totp(DEMO_TOTP_SECRET, world.clock.now()));
  app.get('/desk/authenticator', async (_request, reply) => {
    const { code, secondsLeft } = totp(DEMO_TOTP_SECRET, world.clock.now());
    reply.header('refresh', String(secondsLeft));
    return sendDesk(world, reply, '/desk/authenticator', {
      title: '动态码 Authenticator',
      body: html`<article class="card"><p>${both('演示后台账号的动态码，每个只能用一次', 'One-time code of the demo staff, each good for one sign-in')}</p>
<p class="code" aria-label="动态码 code">${code}</p><p class="soft">${secondsLeft} s</p></article>`,
    });
  });
}
