import { defineStore } from 'pinia';
import { computed, type Ref, ref } from 'vue';
import { language } from '@/i18n';
import { storage } from '@/platform/storage';
import type { Language } from '@/texts';

export type ThemeChoice = 'system' | 'light' | 'dark';
interface Stored {
  readonly theme: ThemeChoice;
  readonly language: Language | null;
}

const STORED = 'settings';
const systemLanguage = (): Language => (/^en/i.test(uni.getSystemInfoSync().language ?? '') ? 'en' : 'zh');
const systemTheme = (): 'light' | 'dark' => {
  // #ifdef H5
  if (typeof matchMedia === 'function') return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  // #endif
  return uni.getSystemInfoSync().theme === 'dark' ? 'dark' : 'light';
};

/** Language and appearance chosen on this device. */
export const useSettings = defineStore('settings', () => {
  const stored = storage.read<Stored>(STORED);
  const theme = ref<ThemeChoice>(stored?.theme ?? 'system');
  const fromSystem = ref<'light' | 'dark'>(systemTheme());
  const chosenLanguage = ref<Language | null>(stored?.language ?? null);
  language.value = chosenLanguage.value ?? systemLanguage();
  const mode: Readonly<Ref<'light' | 'dark'>> = computed(() => (theme.value === 'system' ? fromSystem.value : theme.value));

  const save = () => storage.write(STORED, { theme: theme.value, language: chosenLanguage.value } satisfies Stored);
  function setTheme(choice: ThemeChoice) {
    theme.value = choice;
    save();
  }
  function setLanguage(choice: Language) {
    chosenLanguage.value = choice;
    language.value = choice;
    save();
  }
  function watchSystem() {
    // #ifdef H5
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
      fromSystem.value = matches ? 'dark' : 'light';
    });
    // #endif
    // #ifndef H5
    uni.onThemeChange?.(({ theme: newTheme }) => {
      fromSystem.value = newTheme === 'dark' ? 'dark' : 'light';
    });
    // #endif
  }
  return { theme, mode, setTheme, setLanguage, watchSystem };
});
