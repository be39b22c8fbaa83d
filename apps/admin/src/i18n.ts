import { createI18n } from 'vue-i18n';
import { messages } from './messages';

export type Language = 'zh' | 'en';
const KEY = 'qianxing.admin.language';

function storedLanguage(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh';
}

export const i18n = createI18n({
  legacy: false,
  locale: storedLanguage(),
  fallbackLocale: 'zh',
  messages,
  missingWarn: import.meta.env.DEV,
});

/** The language of the console; also on the document, where the client of the API reads it. */
export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
}
