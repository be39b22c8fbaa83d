import { defineStore } from 'pinia';
import { computed, type Ref, ref } from 'vue';
import type { SessionKeeper, Tokens } from '@/api/client';
import type { Member, MemberSession } from '@/api/types';
import { storage } from '@/platform/storage';

const TOKENS = 'session';
const MEMBER = 'member';

/** Tokens live in the storage alone, so that several windows of one browser see the same ones. */
export const tokensInStorage: SessionKeeper = {
  current: () => storage.read<Tokens>(TOKENS),
  replace: (tokens) => storage.write(TOKENS, tokens),
  end: () => {
    storage.remove(TOKENS);
    useSession().forget();
  },
};

/** Who is signed in. */
export const useSession = defineStore('session', () => {
  const member = ref<Member | null>(tokensInStorage.current() === null ? null : storage.read<Member>(MEMBER));
  const signedIn: Readonly<Ref<boolean>> = computed(() => member.value !== null);

  function begin({ session, member: newMember }: MemberSession) {
    storage.write(TOKENS, session);
    update(newMember);
  }
  function update(newMember: Member) {
    member.value = newMember;
    storage.write(MEMBER, newMember);
  }
  function forget() {
    member.value = null;
    storage.remove(TOKENS);
    storage.remove(MEMBER);
  }
  return { member, signedIn, begin, update, forget };
});
