/** What survives a reload. Values are plain data. */
export interface KeyValueStorage {
  read<T>(key: string): T | null;
  write(key: string, value: unknown): void;
  remove(key: string): void;
}

const PREFIX = 'qx.';

/** The client's storage; a full or forbidden storage loses the value, never the page. */
export const storage: KeyValueStorage = {
  read<T>(key: string): T | null {
    try {
      const text: unknown = uni.getStorageSync(PREFIX + key);
      return typeof text === 'string' && text !== '' ? (JSON.parse(text) as T) : null;
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      uni.setStorageSync(PREFIX + key, JSON.stringify(value));
    } catch {
      // Nothing can be kept here; the page goes on without.
    }
  },
  remove(key) {
    try {
      uni.removeStorageSync(PREFIX + key);
    } catch {
      // As above.
    }
  },
};

/** Storage that forgets; for tests. */
export function memoryStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    read: <T>(key: string) => {
      const text = values.get(key);
      return text === undefined ? null : (JSON.parse(text) as T);
    },
    write: (key, value) => void values.set(key, JSON.stringify(value)),
    remove: (key) => void values.delete(key),
  };
}
