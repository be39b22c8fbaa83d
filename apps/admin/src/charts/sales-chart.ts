import type { EChartsCoreOption } from 'echarts/core';
import { formatFen, formatFenShort } from '../format/money';

export interface SalesDay {
  readonly day: string;
  readonly paidFen: number;
  readonly refundedFen: number;
}

export interface ChartWords {
  readonly paid: string;
  readonly before: string;
  readonly refunded: string;
  readonly language: 'zh' | 'en';
}

/** A colour of the current theme. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

interface Hovered {
  readonly dataIndex: number;
}

const asHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Paid amount of the period as an area, the period before dashed, refunds as bars. */
export function salesOption(days: readonly SalesDay[], before: readonly SalesDay[], words: ChartWords): EChartsCoreOption {
  const [brand, hint, line, ink, raised, refund] = ['--series-1', '--hint', '--line', '--ink', '--raised', '--series-4'].map(colour);
  const isSingle = days.length < 2;
  const tooltip = (hovered: Hovered[]): string => {
    const index = hovered[0]?.dataIndex ?? 0;
    const day = days[index];
    const earlier = before[index];
    if (day === undefined) return '';
    const rows = [
      [words.paid, day.paidFen],
      [`${words.before}${earlier ? ` ${earlier.day.slice(5)}` : ''}`, earlier?.paidFen],
      [words.refunded, day.refundedFen],
    ] as const;
    const body = rows
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) => `<tr><td>${asHtml(name)}</td><td style="padding-left:16px;text-align:right">${formatFen(value ?? 0)}</td></tr>`,
      );
    return `<b>${day.day}</b><table>${body.join('')}</table>`;
  };
  return {
    animationDuration: 280,
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      formatter: tooltip,
      backgroundColor: raised,
      borderColor: line,
      textStyle: { color: ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: hint, type: 'dashed' } },
    },
    xAxis: {
      type: 'category',
      data: days.map((day) => day.day.slice(5)),
      boundaryGap: isSingle,
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: { color: hint, fontSize: 12, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      splitLine: { lineStyle: { color: line } },
      axisLabel: { color: hint, fontSize: 12, formatter: (value: number) => formatFenShort(value, words.language) },
    },
    series: [
      {
        name: words.paid,
        type: 'line',
        smooth: 0.3,
        showSymbol: isSingle,
        data: days.map((day) => day.paidFen),
        lineStyle: { width: 2, color: brand },
        itemStyle: { color: brand },
        areaStyle: {
          color: {
            type: 'linear',
            x: 0,
            y: 0,
            x2: 0,
            y2: 1,
            colorStops: [
              { offset: 0, color: `${brand}2e` },
              { offset: 1, color: `${brand}00` },
            ],
          },
        },
        z: 3,
      },
      {
        name: words.before,
        type: 'line',
        smooth: 0.3,
        showSymbol: isSingle,
        data: days.map((_, index) => before[index]?.paidFen ?? null),
        lineStyle: { width: 1.5, type: 'dashed', color: hint },
        itemStyle: { color: hint },
      },
      {
        name: words.refunded,
        type: 'bar',
        barMaxWidth: 6,
        data: days.map((day) => day.refundedFen),
        itemStyle: { color: refund, borderRadius: [2, 2, 0, 0] },
      },
    ],
  };
}
