import type { FastifyReply } from 'fastify';
import { toLocalText } from '../clock';
import { yuan } from '../wechat-pay/bill-text';
import type { World } from '../world';
import { type Html, html } from './html';

const PLACES: readonly { readonly path: string; readonly zh: string; readonly en: string }[] = [
  { path: '/', zh: '总览', en: 'Overview' },
  { path: '/desk/bank', zh: '微信支付', en: 'WeChat Pay' },
  { path: '/desk/carrier', zh: '快递员', en: 'Carrier' },
  { path: '/desk/channels-shop', zh: '微信小店', en: 'Channels shop' },
  { path: '/desk/phones', zh: '手机', en: 'Phones' },
  { path: '/desk/authenticator', zh: '动态码', en: 'Authenticator' },
  { path: '/desk/notices', zh: '通知', en: 'Notices' },
  { path: '/desk/clock', zh: '时钟', en: 'Clock' },
  { path: '/desk/faults', zh: '故障', en: 'Faults' },
];

export const money = (amountFen: number): string => `¥${yuan(amountFen).replace(/\B(?=(\d{3})+(?=\.))/g, ',')}`;
export const time = (instantMs: number | null): string => (instantMs === null ? '—' : toLocalText(instantMs));

/** A chinese text with its English one beside it. */
export const both = (zh: string, en: string): Html => html`${zh} <span class="en" lang="en">${en}</span>`;

interface Page {
  readonly title: string;
  readonly body: Html;
}

const document = (title: string, content: Html, kind: string): string =>
  html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/page.css">
<script src="/assets/page.js" defer></script>
</head>
<body class="${kind}">
${content}
</body>
</html>`.markup;

const send = (reply: FastifyReply, text: string, status = 200): FastifyReply =>
  reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header(
      'content-security-policy',
      "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; frame-ancestors 'none'",
    )
    .send(text);

/** A page of the sandbox's own staff: with navigation. */
export function sendDesk(world: World, reply: FastifyReply, path: string, page: Page): FastifyReply {
  const links = PLACES.map(
    (place) =>
      html`<a href="${place.path}"${place.path === path ? html` aria-current="page"` : ''}>${place.zh}<small lang="en">${place.en}</small></a>`,
  );
  const content = html`<header class="top">
<p class="brand">外部世界 <span class="en" lang="en">The outside world</span></p>
<p class="now">${time(world.clock.now())}</p>
<nav aria-label="各方 Parties">${links}</nav>
</header>
<main><h1>${page.title}</h1><p role="status" class="status" hidden></p>${page.body}</main>`;
  return send(reply, document(`${page.title} · 外部世界`, content, 'desk'));
}

/** A page on somebody's phone: no navigation, one thing to do. */
export function sendPhone(reply: FastifyReply, page: Page, status = 200): FastifyReply {
  const content = html`<main class="sheet"><h1>${page.title}</h1>${page.body}<p role="status" class="status" hidden></p></main>`;
  return send(reply, document(page.title, content, 'phone'), status);
}
