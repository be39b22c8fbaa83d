const TABS = ['/pages/home/index', '/pages/category/index', '/pages/cart/index', '/pages/mine/index'];

/** Opens a page of the client; tabs are switched to. */
export function open(url: string): void {
  if (TABS.includes(url)) uni.switchTab({ url });
  else uni.navigateTo({ url, fail: () => uni.redirectTo({ url }) });
}

export function replaceWith(url: string): void {
  if (TABS.includes(url)) uni.switchTab({ url });
  else uni.redirectTo({ url });
}

export function goBack(): void {
  if (getCurrentPages().length > 1) uni.navigateBack();
  else uni.switchTab({ url: '/pages/home/index' });
}

/** Sends a visitor to the login page, and back to `returnTo` afterwards. */
export function openLogin(returnTo?: string): void {
  open(returnTo === undefined ? '/account/login/index' : `/account/login/index?returnTo=${encodeURIComponent(returnTo)}`);
}

/** Opens what a link of the server points to: a page of the client, a product or a category; anything else stays closed. */
export function openLink(link: string): void {
  const product = /^\/?products?\/([0-9a-z]{26})$/.exec(link);
  const category = /^\/?categor(?:y|ies)\/([\w-]+)$/.exec(link);
  const showcase = /^\/?showcases?\/([\w-]+)$/.exec(link);
  if (product !== null) open(`/goods/product/index?productId=${product[1]}`);
  else if (category !== null) open(`/goods/search/index?categoryCode=${category[1]}`);
  else if (showcase !== null) open(`/goods/showcase/index?slug=${showcase[1]}`);
  else if (/^\/(?:pages|goods|trade|account|promotion)\//.test(link)) open(link);
  else if (/^\/?search\?/.test(link)) open(`/goods/search/index?${link.split('?')[1]}`);
}
