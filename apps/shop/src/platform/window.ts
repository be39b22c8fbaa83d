/** Height of the bar above the page in px; zero in browsers. */
export function statusBarHeight(): number {
  // #ifdef H5
  return 0;
  // #endif
  // #ifndef H5
  return uni.getSystemInfoSync().statusBarHeight ?? 0;
  // #endif
}
