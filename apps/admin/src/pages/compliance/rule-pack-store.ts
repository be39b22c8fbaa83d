import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { type Answer, api } from '../../api/client';

type RulePack = Answer<'/staff/v1/guard/rules', 'get'>;

/** The rules of the pack in force, read once for all pages; a check by a newer pack makes them be read again. */
export const useRulePack = defineStore('rule-pack', () => {
  const pack = shallowRef<RulePack | null>(null);
  const sections = computed(() => new Map(pack.value?.sections.map((section) => [section.section, section])));
  return {
    pack,
    sections,
    /** @param packId the pack that is wanted; whichever is there unless told */
    async load(packId?: string, signal?: AbortSignal): Promise<RulePack> {
      if (pack.value !== null && (packId === undefined || pack.value.packId === packId)) return pack.value;
      pack.value = await api.get('/staff/v1/guard/rules', {}, signal === undefined ? {} : { signal });
      return pack.value;
    },
  };
});
