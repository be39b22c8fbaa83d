import type { FastifyInstance } from 'fastify';
import { CARRIERS, MOVES, type Move, type Parcel } from '../kuaidi100/model';
import type { World } from '../world';
import { type Html, html } from './html';
import { both, sendDesk, time } from './layout';

const stateText = (parcel: Parcel): Html => {
  const move = Object.values(MOVES).find((candidate) => candidate.state === parcel.state);
  if (parcel.nodes.length === 0 || move === undefined) return html`<span class="tag wait">${both('待揽收', 'waiting')}</span>`;
  const kind = move.state === '3' ? 'good' : ['2', '14', '6', '4'].includes(move.state) ? 'bad' : 'wait';
  return html`<span class="tag ${kind}">${both(move.zh, move.en)}</span>`;
};

function parcelCard(parcel: Parcel): Html {
  const buttons = (Object.keys(MOVES) as Move[]).map(
    (move) =>
      html`<button type="button" data-post="/sandbox/parcels/${encodeURIComponent(parcel.number)}/move" data-body="${JSON.stringify({ move })}">${MOVES[move].zh}&ensp;<small lang="en">${MOVES[move].en}</small></button>`,
  );
  const nodes = parcel.nodes.slice(0, 6).map((node) => html`<li><span class="soft number">${time(node.atMs)}</span> ${node.context}</li>`);
  return html`<article class="card" aria-label="${parcel.number}">
<p class="row"><strong class="number">${parcel.number}</strong><span>${CARRIERS[parcel.company] ?? parcel.company}</span>${stateText(parcel)}${parcel.followed ? '' : html`<span class="tag">${both('不再跟踪', 'not followed')}</span>`}</p>
<p class="soft">${parcel.from} → ${parcel.to}</p>
<div class="row end">${buttons}</div>
${nodes.length === 0 ? '' : html`<ol>${nodes}</ol>`}
</article>`;
}

/** The carrier's desk: every subscribed parcel and what can happen to it. */
export function registerCarrierDesk(app: FastifyInstance, world: World): void {
  app.get<{ Querystring: { number?: string } }>('/desk/carrier', async (request, reply) => {
    const wanted = request.query.number?.trim() ?? '';
    const parcels = [...world.state.kuaidi100.parcels.values()]
      .filter((parcel) => wanted === '' || parcel.number.includes(wanted))
      .reverse();
    return sendDesk(world, reply, '/desk/carrier', {
      title: '快递员工作台 The carrier’s desk',
      body: html`<form method="get" class="card row"><label>运单号 Waybill<input name="number" value="${wanted}"></label><button>查找 Find</button></form>
${parcels.length === 0 ? html`<p class="soft">${both('没有被订阅的包裹。商家发货并订阅后会出现在这里。', 'No parcels yet: they appear when the merchant ships and subscribes.')}</p>` : parcels.slice(0, 50).map(parcelCard)}`,
    });
  });
}
