import { storage } from './storage';

export type FinderTab = 'size' | 'vehicle' | 'categories';

/** A tab page takes no parameters: which of its parts to open is left here. */
export const leaveFinderTab = (tab: FinderTab) => storage.write('finderTab', tab);

export function takeFinderTab(): FinderTab | null {
  const tab = storage.read<FinderTab>('finderTab');
  storage.remove('finderTab');
  return tab;
}
