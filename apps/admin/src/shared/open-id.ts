import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** The id whose detail is open beside a list. It lives in the address (`?open=`), so a detail can be linked to and Back closes it. */
export function useOpenId(key = 'open') {
  const route = useRoute();
  const router = useRouter();
  return computed<string | null>({
    get: () => {
      const value = route.query[key];
      return typeof value === 'string' && value !== '' ? value : null;
    },
    set: (id) => {
      const { [key]: _, ...rest } = route.query;
      void router.push({ query: id === null ? rest : { ...rest, [key]: id } });
    },
  });
}
