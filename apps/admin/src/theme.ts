import { ref } from 'vue';

export type Theme = 'light' | 'dark' | 'system';
const KEY = 'qianxing.admin.theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');

function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export const theme = ref<Theme>(storedTheme());
/** Whether the dark colours are in use now; charts read it to redraw. */
export const isDark = ref(false);

function apply(): void {
  isDark.value = theme.value === 'dark' || (theme.value === 'system' && systemDark.matches);
  document.documentElement.classList.toggle('dark', isDark.value);
}

export function setTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(KEY, chosen);
  apply();
}

systemDark.addEventListener('change', apply);
apply();
