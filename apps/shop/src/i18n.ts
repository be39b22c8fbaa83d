import { computed } from 'vue';
import { createI18n } from 'vue-i18n';
import { catalogue, type Language, type TextKey } from './texts';

type Values = Readonly<Record<string, string | number>>;
interface MessageContext {
  named(name: string): unknown;
}

/**
 * Messages become functions when the program starts: on mini programs and in the App the library comes without its message compiler, and
 * in browsers compiling would need `eval`, which the page's security policy forbids.
 */
export function compileMessage(template: string): (context: MessageContext) => string {
  const parts = template.split(/\{(\w+)\}/);
  return (context) => parts.map((part, index) => (index % 2 === 0 ? part : String(context.named(part) ?? ''))).join('');
}

const messagesOf = (language: Language) => {
  const messages: Record<string, Record<string, (context: MessageContext) => string>> = {};
  for (const [key, template] of Object.entries(catalogue(language))) {
    const [area = '', name = ''] = key.split('.');
    messages[area] = { ...messages[area], [name]: compileMessage(template) };
  }
  return messages;
};

export const i18n = createI18n({
  legacy: false,
  locale: 'zh',
  fallbackLocale: 'zh',
  missingWarn: false,
  fallbackWarn: false,
  messages: { zh: messagesOf('zh'), en: messagesOf('en') },
});

const global = i18n.global as unknown as { locale: { value: Language }; t: (key: string, values?: Values) => string };

export const language = computed<Language>({
  get: () => global.locale.value,
  set: (value) => {
    global.locale.value = value;
  },
});

/** The text of a key in the chosen language; reactive in templates. */
export const t = (key: TextKey, values?: Values): string => (values === undefined ? global.t(key) : global.t(key, values));

/** The field of a pair that the server gives in both languages. */
export const either = (zh: string, en: string): string => (language.value === 'en' && en !== '' ? en : zh);
