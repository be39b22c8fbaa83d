import { DAY_MS, MINUTE_MS, toLocalText } from '../clock';
import { type Fault, takeFaults } from '../faults';
import { type NoticeSender, postNotice } from '../notices';
import { clearTimer, setTimer } from '../timers';
import type { World } from '../world';
import { CARRIERS, MOVES, type Move, type Parcel } from './model';
import { kuaidi100Sign } from './sign';

const NO_RECORD_MS = 3 * DAY_MS;
const NO_CHANGE_MS = 60 * DAY_MS;

/** The carrier moves a parcel; the subscriber is told. */
export function moveParcel(world: World, parcel: Parcel, move: Move, note?: string): void {
  const { state, text, ends } = MOVES[move];
  const carrier = CARRIERS[parcel.company] ?? parcel.company;
  const context = note ?? text.replace('{from}', parcel.from).replace('{to}', parcel.to).replace('{carrier}', carrier);
  parcel.nodes.unshift({ atMs: world.clock.now(), context, state });
  parcel.state = state;
  parcel.followed = parcel.followed && !ends;
  if (ends) clearTimer(world, 'trackingAborts', parcel.number);
  else setTimer(world, 'trackingAborts', parcel.number, world.clock.now() + NO_CHANGE_MS);
  world.touch();
  push(world, parcel, ends ? 'shutdown' : 'polling', '');
}

export const startTrackingTimer = (world: World, parcel: Parcel): void =>
  setTimer(world, 'trackingAborts', parcel.number, world.clock.now() + NO_RECORD_MS);

/** Kuaidi100 gives up on a number that shows nothing, or says which carrier really has it. */
export function abortTracking(world: World, parcel: Parcel, newCompany?: string): void {
  parcel.followed = newCompany !== undefined;
  clearTimer(world, 'trackingAborts', parcel.number);
  world.touch();
  const message = parcel.nodes.length === 0 ? '3天查询无记录' : '60天无变化';
  push(world, parcel, 'abort', message, newCompany);
  if (newCompany !== undefined) {
    const corrected = { ...parcel, company: newCompany };
    world.state.kuaidi100.parcels.set(parcel.number, corrected);
    push(world, corrected, 'polling', '', undefined, true);
  }
}

export function abortByTime(world: World, number: string): void {
  const parcel = world.state.kuaidi100.parcels.get(number);
  if (parcel?.followed) abortTracking(world, parcel);
}

/** Shape of one result, in pushes and in answers to queries. */
export function trackView(parcel: Parcel): Readonly<Record<string, unknown>> {
  return {
    message: 'ok',
    nu: parcel.number,
    ischeck: parcel.state === '3' ? '1' : '0',
    com: parcel.company,
    status: '200',
    condition: '00',
    state: parcel.state,
    data: parcel.nodes.map((node) => ({
      time: toLocalText(node.atMs),
      ftime: toLocalText(node.atMs),
      context: node.context,
      status: Object.values(MOVES).find((move) => move.state === node.state)?.zh ?? '在途',
      statusCode: node.state,
      areaCode: null,
      areaName: null,
      location: '',
    })),
  };
}

function push(world: World, parcel: Parcel, status: string, message: string, newCompany?: string, automatic = false): void {
  const faults: Fault[] = takeFaults(world, 'kuaidi100', 'push', 'notice', parcel.number);
  const param = JSON.stringify({
    status,
    billstatus: '',
    message,
    autoCheck: automatic ? '1' : '0',
    comOld: newCompany === undefined ? '' : parcel.company,
    comNew: newCompany ?? '',
    lastResult: trackView(parcel),
  });
  const title = `${MOVES[movedTo(parcel) ?? 'inTransit'].zh} ${parcel.number}`;
  postNotice(
    world,
    { party: 'kuaidi100', operation: 'push', objectKey: parcel.number, title, url: parcel.callbackUrl, content: param },
    faults,
  );
}

const movedTo = (parcel: Parcel): Move | undefined => (Object.keys(MOVES) as Move[]).find((move) => MOVES[move].state === parcel.state);

/** Three repeats, thirty minutes apart; only the exact answer counts. */
export const kuaidi100Sender: NoticeSender = {
  retryGapsMs: [30 * MINUTE_MS, 30 * MINUTE_MS, 30 * MINUTE_MS],
  accepts: (httpStatus, body) => httpStatus === 200 && isAcknowledged(body),
  pack: (world, notice, fault) => {
    const salt = fault === 'noticeWrongKey' ? 'stranger' : (world.state.kuaidi100.parcels.get(notice.objectKey)?.salt ?? '');
    const param = fault === 'noticeTampered' ? notice.content.replace('"status":"', '"status":"x') : notice.content;
    const sign = kuaidi100Sign(notice.content, salt);
    const form = new URLSearchParams(fault === 'noticeMissingHeaders' ? { param } : { param, sign });
    return { url: notice.url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: Buffer.from(form.toString()) };
  },
};

function isAcknowledged(body: string): boolean {
  try {
    const answer = JSON.parse(body) as { result?: unknown; returnCode?: unknown };
    return answer.result === true && answer.returnCode === '200';
  } catch {
    return false;
  }
}
