import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { type Answer, api } from '../api/client';
import { forgetTokens, readTokens, storeTokens, type Tokens } from './stored-session';

export type Me = Answer<'/staff/v1/me', 'get'>;
export type Permission = Me['permissions'][number];

/** Who is signed in and what they may do. */
export const useStaff = defineStore('staff', () => {
  const me = ref<Me | null>(null);
  const permissions = computed(() => new Set<string>(me.value?.permissions ?? []));

  return {
    me,
    /** True if the permission is held; no permission asked for means everybody. */
    can: (permission: Permission | undefined): boolean => permission === undefined || permissions.value.has(permission),
    /** Loads who is signed in. @returns false if nobody is */
    async load(): Promise<boolean> {
      if (me.value !== null) return true;
      if (readTokens() === null) return false;
      me.value = await api.get('/staff/v1/me', {});
      return true;
    },
    signedIn(session: Tokens, who: Me): void {
      storeTokens(session);
      me.value = who;
    },
    /** Ends the session here even if the server cannot be told. */
    async signOut(): Promise<void> {
      await api.delete('/staff/v1/sessions/current', {}).catch(() => undefined);
      forgetTokens();
      me.value = null;
    },
    forget(): void {
      me.value = null;
    },
  };
});
