import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, createMetrics, currentRequestId, inRequest, type LogLevel, maskText, silentLog, withoutPersonalData } from './index';

function recordingLog(level: LogLevel = 'info') {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level, base: { process: 'test' }, destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  return { log, lines };
}

describe('a log line', () => {
  it('is JSON with level, time, facts and message', () => {
    const { log, lines } = recordingLog();
    log.info({ orderId: 'o1', amountFen: 39900 }, 'order placed');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        process: 'test',
        orderId: 'o1',
        amountFen: 39900,
        msg: 'order placed',
      },
    ]);
  });

  it('is written from its level upwards only', () => {
    const { log, lines } = recordingLog('warn');
    log.info({}, 'a');
    log.warn({}, 'b');
    log.error({}, 'c');
    expect(lines.map(({ msg }) => msg)).toEqual(['b', 'c']);
    silentLog.error({}, 'd');
  });

  it('carries the id of the request it is written in, across waiting', async () => {
    const { log, lines } = recordingLog();
    await Promise.all(
      ['r1', 'r2'].map((requestId) =>
        inRequest(requestId, async () => {
          await new Promise(setImmediate);
          log.info({}, 'inside');
          log.info({ requestId: 'own' }, 'own');
        }),
      ),
    );
    log.info({}, 'outside');
    expect(lines.map(({ requestId }) => requestId).sort()).toEqual(['own', 'own', 'r1', 'r2', undefined].sort());
    expect(currentRequestId()).toBeUndefined();
  });

  it('shows an error with type, message, code, cause and stack, and nothing personal in them', () => {
    const { log, lines } = recordingLog();
    const cause = Object.assign(new TypeError('phone 13812345678 exists'), { code: 'ER_DUP_ENTRY' });
    log.error({ error: new Error('insert failed', { cause }) }, 'lost');
    const error = lines[0]?.error as Record<string, unknown>;
    expect(error).toMatchObject({ type: 'Error', message: 'insert failed', cause: { type: 'TypeError', code: 'ER_DUP_ENTRY' } });
    expect(String(error.stack)).toContain('telemetry.test');
    expect(JSON.stringify(lines)).not.toContain('13812345678');
  });
});

describe('personal data', () => {
  it.each([
    ['13812345678', '138****5678'],
    ['call +86 13812345678 now', 'call 138****5678 now'],
    ['{"phone":"13812345678"}', '{"phone":"138****5678"}'],
    ['11010519491231002X', '[identity number]'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [hidden]'],
    ['t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 't=[token]'],
    ['openid oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', 'openid [openid]'],
  ])('in text is masked: %s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it.each([
    '26110117430012345678',
    'order 01hw0000000000000000000000',
    '1764000000000',
    '138123456789',
    '12812345678',
    'http://127.0.0.1:8080/a',
  ])('is not seen where there is none: %s', (text) => {
    expect(maskText(text)).toBe(text);
  });

  it('is hidden by the name of its field, however it is written and however deep', () => {
    const facts = {
      memberId: 'm1',
      phone: '1',
      Phone_Number: '1',
      realName: '张三',
      receiver: { address: '深圳', addressLine: 'x', city: '深圳' },
      list: [{ openId: 'x', headers: { Authorization: 'x', 'set-cookie': 'x' } }],
      password: 'x',
      refreshToken: 'x',
      nothing: { phone: null, email: undefined },
    };
    expect(withoutPersonalData(facts)).toEqual({
      memberId: 'm1',
      phone: '[hidden]',
      Phone_Number: '[hidden]',
      realName: '[hidden]',
      receiver: '[hidden]',
      list: [{ openId: '[hidden]', headers: { Authorization: '[hidden]', 'set-cookie': '[hidden]' } }],
      password: '[hidden]',
      refreshToken: '[hidden]',
      nothing: { phone: null, email: undefined },
    });
  });

  it('written as a number is masked, amounts and instants are not', () => {
    expect(withoutPersonalData({ contact: 13_812_345_678, totalFen: 13_812_345_678, placedAt: 13_812_345_678 })).toEqual({
      contact: '138****5678',
      totalFen: 13_812_345_678,
      placedAt: 13_812_345_678,
    });
  });

  it('does not survive, wherever a phone number is put', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 13_000_000_000, max: 19_999_999_999 }),
        (path, phone) => {
          const facts = path.reduceRight<unknown>((inside, key) => ({ [`k${key.replace(/\d/g, '')}`]: inside }), `a ${phone} b`);
          expect(JSON.stringify(withoutPersonalData(facts as Record<string, unknown>))).not.toContain(String(phone));
        },
      ),
    );
  });

  it('of endless or huge facts costs no more than a bounded line', () => {
    const loop: Record<string, unknown> = { a: 1 };
    loop.self = loop;
    const cleaned = JSON.stringify(
      withoutPersonalData({ loop, bytes: Buffer.alloc(9), text: 'x'.repeat(100_000), list: Array(10_000).fill(1) }),
    );
    expect(cleaned).toContain('[deep]');
    expect(cleaned).toContain('[9 bytes]');
    expect(cleaned.length).toBeLessThan(10_000);
  });
});

describe('metrics', () => {
  it('are exposed as text with our prefix', async () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.counter('orders_total', 'Orders', ['state']).add({ state: 'paid' });
    metrics.counter('orders_total', 'Orders', ['state']).add({ state: 'paid' }, 2);
    metrics.gauge('lag_seconds', 'Lag').set(3);
    metrics.gaugeOf('queue_length', 'Queue', async () => 7);
    metrics.gaugeOf('broken', 'Broken', () => {
      throw new Error('no');
    });
    const { contentType, body } = await metrics.expose();
    expect(contentType).toContain('text/plain');
    for (const line of [
      'qianxing_orders_total{state="paid"} 3',
      'qianxing_lag_seconds 3',
      'qianxing_queue_length 7',
      'qianxing_broken Nan',
    ])
      expect(body).toContain(line);
  });

  it('of a histogram are cumulative buckets, sum and count per set of labels', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const seconds = metrics.histogram('job_seconds', 'Jobs', [1, 2]);
    const fast = seconds.of({ job: 'a' });
    for (const value of [0.5, 1, 1.5, 9]) fast(value);
    seconds.observe(1, { job: 'b' });
    expect(metrics.histogram('job_seconds', 'Jobs', [1, 2])).toBe(seconds);
    const { body } = await metrics.expose();
    const of = (job: string) => body.split('\n').filter((line) => line.includes(`job="${job}"`));
    expect(of('a')).toEqual([
      'qianxing_job_seconds_bucket{le="1",job="a"} 2',
      'qianxing_job_seconds_bucket{le="2",job="a"} 3',
      'qianxing_job_seconds_bucket{le="+Inf",job="a"} 4',
      'qianxing_job_seconds_sum{job="a"} 12',
      'qianxing_job_seconds_count{job="a"} 4',
    ]);
    expect(of('b')).toContain('qianxing_job_seconds_count{job="b"} 1');
    expect(body).toContain('# TYPE qianxing_job_seconds histogram');
  });

  it('of the process are there unless they are switched off, and two registries do not meet', async () => {
    const [one, two] = [createMetrics(), createMetrics({ processMetrics: false })];
    expect((await one.expose()).body).toContain('qianxing_nodejs_eventloop_lag_seconds');
    expect((await two.expose()).body.trim()).toBe('');
  });
});
