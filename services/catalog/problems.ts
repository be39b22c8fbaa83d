import { defineProblems } from '@qianxing/errors';

export const { catalogue: catalogProblems, fail } = defineProblems('catalog', {
  productNotFound: { status: 404, zh: '商品不存在或已下架', en: 'The product does not exist or is no longer sold' },
  showcaseNotFound: { status: 404, zh: '没有找到该橱窗页', en: 'Showcase not found' },
  pictureNotFound: { status: 404, zh: '没有找到该图片', en: 'Picture not found' },
  vehicleNotFound: { status: 422, zh: '没有找到该车型', en: 'There is no such vehicle' },
  importNotFound: { status: 404, zh: '没有找到该导入任务', en: 'Import not found' },
  importRunning: { status: 409, zh: '已有导入正在进行，请等待完成或先取消', en: 'An import is under way: wait for it or cancel it first' },
  importNotReady: { status: 409, zh: '导入尚未完成预览，暂不能应用', en: 'The import has no finished preview yet' },
  importEnded: { status: 409, zh: '该导入已结束', en: 'The import has ended' },
  shopUnreachable: {
    status: 503,
    zh: '暂时联系不上视频号小店（{reason}），稍后自动重试',
    en: 'The Channels shop cannot be reached ({reason}); it is tried again',
  },
});
