import type { FastifyInstance } from 'fastify';
import { faultCatalogue } from '../fault-catalogue';
import { PARTIES } from '../faults';
import type { Notice } from '../notices';
import { balances, basicBalanceFen } from '../wechat-pay/books';
import type { World } from '../world';
import { type Html, html } from './html';
import { both, money, sendDesk, time } from './layout';

const HOURS = [
  [1 / 60, '1 分钟', '1 minute'],
  [1, '1 小时', '1 hour'],
  [24, '1 天', '1 day'],
  [24 * 7, '7 天', '7 days'],
  [24 * 30, '30 天', '30 days'],
] as const;

/** Notices, clock, faults and the overview. */
export function registerDesks(app: FastifyInstance, world: World): void {
  app.get('/', async (_request, reply) => sendDesk(world, reply, '/', { title: '总览 Overview', body: overview(world) }));
  app.get<{ Querystring: { text?: string } }>('/desk/notices', async (request, reply) => {
    const text = request.query.text?.trim() ?? '';
    const notices = [...world.state.notices.values()]
      .filter((notice) => text === '' || notice.objectKey.includes(text))
      .slice(-60)
      .reverse();
    return sendDesk(world, reply, '/desk/notices', {
      title: '通知 Notices',
      body: html`<form method="get" class="card row"><label>单号 Number<input name="text" value="${text}"></label><button>查找 Find</button></form>
${notices.length === 0 ? html`<p class="soft">${both('还没有通知', 'No notices yet')}</p>` : notices.map(noticeCard)}`,
    });
  });
  app.get('/desk/clock', async (_request, reply) =>
    sendDesk(world, reply, '/desk/clock', {
      title: '时钟 Clock',
      body: html`<section class="card"><p class="clock">${time(world.clock.now())}</p><p class="soft">${both('比真实时间快', 'ahead of real time by')} ${(world.clock.offsetMs() / 3_600_000).toFixed(2)} ${both('小时', 'hours')}</p>
<p class="row end">${HOURS.map(([hours, zh, en]) => html`<button type="button" data-post="/clock/advance" data-body="${JSON.stringify({ byMs: Math.round(hours * 3_600_000) })}">+ ${zh}&ensp;<small lang="en">${en}</small></button>`)}</p>
<form class="row end" data-post="/clock/advance"><label class="narrow">小时 Hours<input name="byMs" data-number="3600000" inputmode="numeric" value="6"></label><button>前进 Advance</button></form></section>`,
    }),
  );
  app.get('/desk/faults', async (_request, reply) =>
    sendDesk(world, reply, '/desk/faults', { title: '故障 Faults', body: faultsBody(world) }),
  );
}

function overview(world: World): Html {
  const { state } = world;
  const waiting = [...world.openNotices].filter((noticeId) => state.notices.get(noticeId)?.nextAttemptAtMs != null).length;
  const card = (href: string, zh: string, en: string, fact: Html | string) =>
    html`<li><a class="card" href="${href}"><h2>${both(zh, en)}</h2><p class="soft">${fact}</p></a></li>`;
  return html`<ul class="cards">
${card('/desk/bank', '微信支付', 'WeChat Pay', html`${state.wechatPay.transactions.size} ${both('笔订单', 'orders')} · ${money(basicBalanceFen(balances(world)))}`)}
${card('/desk/carrier', '快递员', 'Carrier', html`${state.kuaidi100.parcels.size} ${both('个包裹', 'parcels')}`)}
${card('/desk/channels-shop', '微信小店', 'Channels shop', html`${state.channelsShop.products.size} ${both('件商品', 'products')}`)}
${card('/desk/phones', '手机', 'Phones', html`${state.textMessages.length} ${both('条短信', 'messages')}`)}
${card('/desk/authenticator', '动态码', 'Authenticator', both('后台演示账号', 'demo staff'))}
${card('/desk/notices', '通知', 'Notices', html`${waiting} ${both('条待发送', 'waiting')}`)}
${card('/desk/clock', '时钟', 'Clock', time(world.clock.now()))}
${card('/desk/faults', '故障', 'Faults', html`${state.faults.size} ${both('个待发生', 'armed')}`)}
</ul>`;
}

const NOTICE_TAGS: Readonly<Record<Notice['status'], Html>> = {
  waiting: html`<span class="tag wait">${both('待发送', 'waiting')}</span>`,
  held: html`<span class="tag wait">${both('被扣住', 'held')}</span>`,
  lost: html`<span class="tag bad">${both('丢失', 'lost')}</span>`,
  delivered: html`<span class="tag good">${both('已送达', 'delivered')}</span>`,
  givenUp: html`<span class="tag bad">${both('已放弃', 'given up')}</span>`,
};

function noticeCard(notice: Notice): Html {
  const action = (name: string, zh: string, en: string, body = '{}') =>
    html`<button type="button" data-post="/sandbox/notices/${notice.noticeId}/${name}" data-body="${body}">${zh}&ensp;<small lang="en">${en}</small></button>`;
  const attempts = notice.attempts
    .slice(-6)
    .map(
      (attempt) =>
        html`<tr><td class="number">${time(attempt.atMs)}</td><td>${attempt.httpStatus ?? '—'}</td><td>${attempt.accepted ? both('接受', 'accepted') : both('未接受', 'refused')}</td><td class="number">${attempt.detail.slice(0, 120)}</td></tr>`,
    );
  return html`<article class="card" aria-label="${notice.title} ${notice.objectKey}"><p class="row"><strong>${notice.title}</strong><span class="tag">${notice.party}</span>${NOTICE_TAGS[notice.status]}<span class="number soft">${notice.objectKey}</span></p>
<p class="soft number">${notice.url}</p><p class="soft">${both('下次', 'next')} ${time(notice.nextAttemptAtMs)}</p>
${attempts.length === 0 ? '' : html`<div class="table"><table><thead><tr><th scope="col">时间 Time</th><th scope="col">HTTP</th><th scope="col">结果 Result</th><th scope="col">答复 Answer</th></tr></thead><tbody>${attempts}</tbody></table></div>`}
<p class="row end">${action('resend', '再发一次', 'Resend')}${action('duplicate', '同时发两份', 'Send two at once')}${action('delay', '推迟 1 小时', 'Delay 1 hour', '{"byMs":3600000}')}${notice.attempts.length === 0 ? '' : action('replay', '原样重放', 'Replay bytes')}</p></article>`;
}

function faultsBody(world: World): Html {
  const armed = [...world.state.faults.values()].map(
    (fault) =>
      html`<tr><td>${fault.party}</td><td>${fault.operation}</td><td>${fault.fault}</td><td>${fault.objectKey ?? ''}</td><td>${fault.timesLeft}</td><td><button type="button" data-post="/faults/${fault.faultId}" data-method="DELETE">移除 Remove</button></td></tr>`,
  );
  const names = Object.entries(faultCatalogue).map(([name, fault]) => html`<option value="${name}">${name} · ${fault.zh}</option>`);
  return html`<form class="card" data-post="/faults"><div class="row"><label>一方 Party<select name="party">${PARTIES.map((party) => html`<option>${party}</option>`)}</select></label>
<label>操作 Operation<input name="operation" value="*"></label><label>故障 Fault<select name="fault">${names}</select></label>
<label class="narrow">次数 Times<input name="times" data-number inputmode="numeric" value="1"></label><label>只对此单号 Only for number<input name="objectKey"></label></div><p class="row end"><button class="main">设置 Arm</button></p></form>
${armed.length === 0 ? html`<p class="soft">${both('没有待发生的故障', 'No faults armed')}</p>` : html`<div class="card table"><table><thead><tr><th scope="col">一方 Party</th><th scope="col">操作 Operation</th><th scope="col">故障 Fault</th><th scope="col">单号 Number</th><th scope="col">次数 Times</th><td></td></tr></thead><tbody>${armed}</tbody></table></div>`}
<h2>${both('目录', 'Catalogue')}</h2><div class="card table"><table><thead><tr><th scope="col">故障 Fault</th><th scope="col">说明 What happens</th><th scope="col">编号 Rows</th></tr></thead><tbody>${Object.entries(faultCatalogue).map(([name, fault]) => html`<tr><td>${name}</td><td>${both(fault.zh, fault.en)}</td><td>${fault.rows}</td></tr>`)}</tbody></table></div>`;
}
