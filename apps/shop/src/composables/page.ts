import { onShow } from '@dcloudio/uni-app';
import { computed, watch } from 'vue';
import { language, t } from '@/i18n';
import { useCart } from '@/stores/cart';
import { useSettings } from '@/stores/settings';
import type { TextKey } from '@/texts';
import tokens from '../../../../design/tokens.json';

const TABS = ['home', 'category', 'cart', 'mine'] as const;
const TAB_TEXTS = ['common.tabHome', 'common.tabCategory', 'common.tabCart', 'common.tabMine'] as const satisfies readonly TextKey[];
const isTab = (route: string | undefined) => TABS.some((name) => route === `pages/${name}/index`);
const currentRoute = () => getCurrentPages().slice(-1)[0]?.route;

function paintTabs(mode: 'light' | 'dark', count: number) {
  const colours = tokens.color[mode];
  const ending = mode === 'dark' ? '-dark.png' : '.png';
  uni.setTabBarStyle({ color: colours.hint, selectedColor: colours.brand, backgroundColor: colours.surface, fail: () => undefined });
  TABS.forEach((name, index) => {
    const text = TAB_TEXTS[index];
    if (text === undefined) return;
    uni.setTabBarItem({
      index,
      text: t(text),
      iconPath: `/static/tab/${name}${ending}`,
      selectedIconPath: `/static/tab/${name}-on${ending}`,
      fail: () => undefined,
    });
  });
  if (count > 0) uni.setTabBarBadge({ index: 2, text: count > 99 ? '99+' : String(count), fail: () => undefined });
  else uni.removeTabBarBadge({ index: 2, fail: () => undefined });
}

/** Title, bar colours and tab bar of a page in the chosen language and appearance; repainted whenever the page is shown. */
export function usePage(title: TextKey) {
  const settings = useSettings();
  const cart = useCart();
  const route = currentRoute();
  const isShown = () => currentRoute() === route;

  function paint() {
    const colours = tokens.color[settings.mode];
    uni.setNavigationBarTitle({ title: t(title), fail: () => undefined });
    uni.setNavigationBarColor({
      frontColor: settings.mode === 'dark' ? '#ffffff' : '#000000',
      backgroundColor: colours.surface,
      fail: () => undefined,
    });
    uni.setBackgroundColor?.({ backgroundColor: colours.ground, fail: () => undefined });
    if (isTab(route)) paintTabs(settings.mode, cart.count);
    // #ifdef H5
    document.documentElement.classList.toggle('theme-dark', settings.mode === 'dark');
    document.documentElement.lang = language.value === 'en' ? 'en' : 'zh-CN';
    // #endif
  }
  onShow(paint);
  watch([language, () => settings.mode, () => cart.count], () => {
    if (isShown()) paint();
  });
  return { mode: computed(() => settings.mode) };
}
